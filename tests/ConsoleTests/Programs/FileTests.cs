using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Programs;

/// <summary>The files of the system in programs, and <c>/tmp</c>, which is a service that can die.</summary>
public sealed class FileTests : IDisposable
{
    private static readonly Lazy<string> s_probe = new(() => ImageProject.At("tests/Programs/Probe").Build());

    private readonly string _folder = Directory.CreateTempSubdirectory("microlake-files").FullName;

    public FileTests() => File.Copy(s_probe.Value, Path.Combine(_folder, "probe.elf"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_shell_and_programs_share_files_and_survive_the_service_behind_them()
    {
        File.WriteAllText(Path.Combine(_folder, "text"), "from the host\n");
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        Assert.Equal("There are no services; service load starts one.\n", console.Run("service list"));
        Assert.Equal("from the host\n", console.Run("run /host/probe.elf read /host/text"));
        Assert.Equal("", console.Run("cp /host/text /tmp/a"));
        Assert.Equal("from the host\n", console.Run("run /host/probe.elf read /tmp/a"));
        Assert.Equal("", console.Run("run /host/probe.elf write /tmp/b there"));
        Assert.Equal("there\n", console.Run("cat /tmp/b"));

        // The service dies with everything in it: an error at once, then a new, empty one.
        string process = Field(console, 3);
        Assert.Equal("running", Field(console, 1));
        Assert.Equal("", console.Run($"kill {process}"));
        string answer = console.Run("cat /tmp/a");
        Assert.StartsWith("error: ", answer, StringComparison.Ordinal);
        while (console.Run("cp /host/text /tmp/c").Length > 0)
        {
        }

        Assert.Equal("from the host\n", console.Run("run /host/probe.elf read /tmp/c"));
        Assert.Equal("/tmp/c\n", console.Run("run /host/probe.elf list /tmp"));
        Assert.Equal("2", Field(console, 2));
        Assert.Contains("/tmp is empty: its service was started again", console.Run("dmesg"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_behind_them_is_not_replaced_and_stops_at_once()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        Assert.Equal("", console.Run("run /host/probe.elf write /tmp/a there"));
        Assert.Contains("\"tmp\" keeps what it has in its own memory", console.Run("service replace tmp /boot/services/tmp.json"), StringComparison.Ordinal);
        Assert.Equal("there\n", console.Run("cat /tmp/a"));

        Assert.Equal("", console.Run("service stop tmp"));
        Assert.Contains("tmp: ended with status 0", console.Run("dmesg"), StringComparison.Ordinal);
        Assert.StartsWith("error: ", console.Run("cat /tmp/a"), StringComparison.Ordinal);
        Assert.StartsWith("tmp: generation 2, ", console.Run("service load /boot/services/tmp.json"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("run /host/probe.elf write /tmp/b again"));
        Assert.Equal("again\n", console.Run("cat /tmp/b"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_calls_of_a_program_leave_the_files_in_order(int processors)
    {
        File.WriteAllText(Path.Combine(_folder, "text"), "from the host\n");
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Processors = processors }, _folder);
        Assert.Equal("", console.Run("run /host/probe.elf storm 20000 7"));
        Assert.Equal("", console.Run("cp /host/text /tmp/after"));
        Assert.Equal("from the host\n", console.Run("run /host/probe.elf read /tmp/after"));
        Assert.Equal("1", Field(console, 2));
    }

    /// <summary>A column of the service's row.</summary>
    private static string Field(GuestConsole console, int column) =>
        console.Run("service list").Split('\n').Single(line => line.StartsWith("tmp ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[column];
}
