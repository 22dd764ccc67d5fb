using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Shell;

/// <summary>The folder of <c>--share</c> as /host: the folder itself, or where the guest may not have that, a copy.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private static readonly Lazy<string> s_probe = new(() => ImageProject.At("tests/Programs/Probe").Build());

    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Guest_host_and_programs_write_into_one_folder()
    {
        byte[] big = new byte[1_000_000];
        new Random(9).NextBytes(big);
        File.WriteAllBytes(Host("big"), big);
        File.Copy(s_probe.Value, Host("probe.elf"));
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder.Path);
        Assert.Contains("9p", console.Run("df /host"), StringComparison.Ordinal);

        // The guest writes, the host sees it.
        Assert.Equal("", console.Run("mkdir /host/a; echo guest > /host/a/f; echo more >> /host/a/f; mv /host/a /host/b; cp /host/big /host/b/copy"));
        Assert.Equal("guest\nmore\n", File.ReadAllText(Host("b/f")));
        Assert.Equal(big, File.ReadAllBytes(Host("b/copy")));
        Assert.DoesNotContain("error:", console.Run("model load /host/larger.onnx --name larger; model run larger /host/rows.csv --out /host/out.csv"));
        Assert.Equal(ModelFolder.Rows, File.ReadLines(Host("out.csv")).Count());
        Assert.Equal("", console.Run("run /host/probe.elf write /host/b/program there"));
        Assert.Equal("there", File.ReadAllText(Host("b/program")).TrimEnd());

        // The host changes, the guest sees it at once, in programs, too.
        File.WriteAllText(Host("b/f"), "host\n");
        Assert.Equal("host\n", console.Run("cat /host/b/f"));
        File.WriteAllText(Host("b/f"), "host again\n");
        Assert.Equal("host again\n", console.Run("run /host/probe.elf read /host/b/f"));
        File.Delete(Host("b/copy"));
        Assert.Equal("f\nprogram\n", console.Run("ls /host/b > /tmp/l; cat /tmp/l"));
        Assert.Equal("", console.Run("rm -r /host/b"));
        Assert.False(Directory.Exists(Host("b")));
        Assert.StartsWith("error: cat: there is no file", console.Run("cat /host/b/f"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_only_can_be_read_is_a_clear_error()
    {
        Machine machine = Product.Machine with
        {
            ExtraArguments =
            [
                "-fsdev", $"local,id=fixed,path={QemuArguments.Escape(_folder.Path)},security_model=none,readonly=on",
                "-device", "virtio-9p-pci,fsdev=fixed,mount_tag=host",
            ],
        };
        using GuestConsole console = GuestConsole.AtPrompt(machine);
        Assert.Contains("rows.csv", console.Run("ls /host"), StringComparison.Ordinal);
        foreach (string command in (string[])["echo x > /host/new", "mkdir /host/d", "rm /host/rows.csv", "mv /host/rows.csv /host/r", "cp /host/rows.csv /host/r"])
            Assert.Contains("Read-only file system", console.Run(command), StringComparison.Ordinal);
        Assert.Contains("a,b", console.Run("cat /host/rows.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_time_is_counted_the_folder_is_a_copy_to_read()
    {
        ToolRun run = ToolRun.Of("run", "--icount", "--share", _folder.Path, "--exec", "df /host; cat /host/rows.csv; echo x > /host/new");
        Assert.Equal(1, run.Status);
        Assert.Contains("tarfs", run.Output, StringComparison.Ordinal);
        Assert.Contains("a,b", run.Output, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Host("new")));
    }

    private string Host(string name) => Path.Combine(_folder.Path, name);
}
