using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.BadInput;

/// <summary>One clear error, and the shell lives on.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly ModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void A_line_of_a_mebibyte_is_refused()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine);
        Assert.Contains("error: ", console.Run("cat " + new string('x', 1 << 20)));
        Assert.Contains("MicroLake", console.Run("version"));
    }

    [Fact]
    public void Garbage_on_the_console_is_survived()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine);
        Random random = new(7);
        for (int round = 0; round < 20; round++)
        {
            byte[] garbage = new byte[500];
            random.NextBytes(garbage);
            console.Send(garbage);
            // Ends whatever escape sequence or line the garbage may have begun. The answer has a line of its own;
            // what is typed has not.
            int mark = console.Position;
            console.Send($"{Keys.CtrlC}{Keys.CtrlC}{Keys.CtrlU}echo alive-{round}{Keys.Enter}");
            console.WaitForText($"\nalive-{round}\r", mark);
        }
    }

    [Fact]
    public void A_full_tmp_is_an_error_and_its_space_comes_back()
    {
        _models.Write("big", new byte[4 << 20]);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { MemoryMiB = 128 }, _models.Path);
        int FillUntilError()
        {
            for (int copies = 0; copies < 64; copies++)
                if (console.Run($"cp /host/big /tmp/big{copies}") is { Length: > 0 } output)
                {
                    Assert.StartsWith("error: ", output);
                    return copies;
                }
            throw new InvalidOperationException("256 MiB fitted in 128 MiB of memory");
        }

        int first = FillUntilError();
        Assert.True(first > 0);
        for (int i = 0; i <= first; i++)
            console.Run($"rm /tmp/big{i}");
        Assert.Equal(first, FillUntilError());
    }

    [Fact]
    public void Bad_models_and_rows_are_refused_and_the_good_ones_still_work()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(_models.Path, "larger.onnx"));
        byte[] garbage = new byte[4096];
        new Random(11).NextBytes(garbage);
        _models.Write("empty.onnx", []);
        _models.Write("half.onnx", good[..(good.Length / 2)]);
        _models.Write("garbage.onnx", garbage);
        _models.Write("lacking.onnx", OnnxFile.Linear(new float[,] { { 1 }, { 1 } }, [0], "Frobnicate"));
        _models.Write("narrow.csv", "1\n2\n");
        _models.Write("text.csv", "a,b\n1,2\n3,four\n");
        _models.Write("none.csv", "");
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _models.Path);
        Assert.DoesNotContain("error:", console.Run("model load /host/larger.onnx --name good"));

        RefuseAll(console);
        string lacking = console.Run("model load /host/lacking.onnx");
        Assert.Contains("Frobnicate", lacking);
        Assert.Contains("activation", lacking);
        GuestMemory before = GuestMemory.Of(console);
        for (int round = 0; round < 10; round++)
            RefuseAll(console);
        GuestMemory after = GuestMemory.Of(console);
        Assert.InRange(after.Managed - before.Managed, long.MinValue, 64 << 10);
        Assert.InRange(before.Free - after.Free, long.MinValue, 1 << 20);

        Assert.Contains($"of {ModelFolder.Rows}", console.Run("model eval good /host/labelled.csv --labels LAST"));
    }

    private static void RefuseAll(GuestConsole console)
    {
        foreach (string file in new[] { "empty.onnx", "half.onnx", "garbage.onnx", "lacking.onnx", "rows.csv", "larger.onnx --name good" })
            Assert.StartsWith("error: ", console.Run($"model load /host/{file}"));
        foreach (string rows in new[] { "narrow.csv", "text.csv", "none.csv", "labelled.csv", "missing.csv" })
            Assert.StartsWith("error: ", console.Run($"model run good /host/{rows}"));
    }

    [Fact]
    public void A_corrupt_boot_archive_is_said_and_the_shell_still_comes()
    {
        byte[] noise = new byte[8192];
        new Random(13).NextBytes(noise);
        _models.Write("boot.tar", noise);
        BootSource.Kernel kernel = (BootSource.Kernel)Product.Machine.Boot;
        using GuestConsole console = new(Product.Machine with { Boot = kernel with { BootArchive = Path.Combine(_models.Path, "boot.tar") } });
        console.WaitForText(GuestConsole.Prompt);
        Assert.Contains("/boot", console.Run("dmesg"));
    }
}
