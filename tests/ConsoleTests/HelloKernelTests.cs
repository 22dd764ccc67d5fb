using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests;

/// <summary>A plain Cosmos console kernel, built and booted as it is.</summary>
public sealed class HelloKernelTests
{
    private const string Project = "samples/HelloKernel";

    [Fact]
    public void The_project_file_has_under_ten_lines() =>
        Assert.True(File.ReadAllLines(Repository.PathOf($"{Project}/HelloKernel.csproj")).Length < 10);

    [Fact]
    public void It_greets_in_colour_gives_lines_back_and_shuts_down()
    {
        using GuestConsole console = new(Product.Of(Project));
        string greeting = console.WaitForText("> ");
        Assert.Contains("Hello from a Cosmos kernel.", greeting, StringComparison.Ordinal);
        // Bright cyan, as the terminal description spells it.
        Assert.Contains("\e[96m", greeting, StringComparison.Ordinal);

        Answers(console, "one two three", "Text typed: one two three");
        Answers(console, "about", " MiB");
        int mark = console.Position;
        console.Send("key" + Keys.Enter);
        console.Send("q");
        console.WaitForText("You pressed Q", mark);

        console.Send("shutdown" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
        console.WaitForText("Good bye.", mark);
    }

    [Fact]
    public void Reboot_resets_the_machine_and_it_boots_again()
    {
        using GuestConsole console = new(Product.Of(Project) with { AllowReboot = true });
        console.WaitForText("> ");
        int mark = console.Position;
        console.Send("reboot" + Keys.Enter);
        console.WaitForText("Hello from a Cosmos kernel.", mark);
        mark = console.WaitForText("> ", mark).Length + mark;
        console.Send("shutdown" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }

    [Fact]
    public void The_speaker_sounds_at_its_pitch()
    {
        string sound = Path.GetTempFileName();
        try
        {
            Machine machine = Product.Of(Project) with
            {
                ExtraArguments = ["-audiodev", $"wav,id=speaker,path={QemuArguments.Escape(sound)},out.frequency=44100", "-machine", "pcspk-audiodev=speaker"],
            };
            using (GuestConsole console = new(machine))
            {
                console.WaitForText("> ");
                Answers(console, "beep", "");
                console.Send("shutdown" + Keys.Enter);
                Assert.Equal(0, console.WaitForExit());
            }
            // 800 Hz: the square wave changes its sign every 27 or 28 samples.
            Assert.InRange(CommonestHalfPeriod(File.ReadAllBytes(sound)), 25, 30);
        }
        finally
        {
            File.Delete(sound);
        }
    }

    /// <summary>The commonest number of samples between changes of sign, of 16-bit stereo behind the 44 bytes of a RIFF header.</summary>
    private static int CommonestHalfPeriod(byte[] wav)
    {
        List<int> runs = [];
        int length = 0, last = 0;
        for (int at = 44; at + 1 < wav.Length; at += 4, length++)
        {
            int sign = Math.Sign(BitConverter.ToInt16(wav, at));
            if (sign == 0 || sign == last)
                continue;
            if (last != 0)
                runs.Add(length);
            (last, length) = (sign, 0);
        }
        Assert.True(runs.Count > 20, $"{runs.Count} changes of sign in {wav.Length} bytes");
        return runs.GroupBy(r => r).MaxBy(g => g.Count())!.Key;
    }

    private static void Answers(GuestConsole console, string line, string answer)
    {
        int mark = console.Position;
        console.Send(line + Keys.Enter);
        console.WaitForText(answer, mark);
        console.WaitForText("\n> ", mark);
    }
}
