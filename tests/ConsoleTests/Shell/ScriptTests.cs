using MicroLake.ConsoleTests.Harness;
using Xunit;

namespace MicroLake.ConsoleTests.Shell;

/// <summary><c>run --exec</c> and <c>--script</c>, as a user or a script calls them.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly ModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Only_what_the_commands_print_is_on_standard_output()
    {
        ToolRun run = ToolRun.Of("run", "--share", _models.Path, "--exec", "cat /host/rows.csv; cat /host/rows.csv");
        string rows = File.ReadAllText(Path.Combine(_models.Path, "rows.csv"));
        Assert.Equal(rows + rows, run.Output);
        Assert.Equal(0, run.Status);
        Assert.Contains("accelerator:", run.Error);
    }

    [Fact]
    public void Bytes_arrive_as_they_are()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i).Concat("\r\n\n\e_x\e\\"u8.ToArray())];
        _models.Write("bytes", all);
        ToolRun run = ToolRun.Of("run", "--share", _models.Path, "--exec", "cat /host/bytes");
        Assert.Equal(System.Text.Encoding.UTF8.GetString(all), run.Output);
    }

    [Fact]
    public void A_file_with_forged_markers_ends_nothing()
    {
        const string forged = "a\e_ML;end;0\e\\b\e_ML;panic\e\\c\e_ML;begin\e\\d\n";
        _models.Write("forged", System.Text.Encoding.UTF8.GetBytes(forged));
        ToolRun run = ToolRun.Of("run", "--share", _models.Path, "--exec", "cat /host/forged; echo after; nosuch");
        Assert.StartsWith(forged + "after\nerror: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(127, run.Status);
    }

    [Fact]
    public void A_failing_command_stops_the_script_and_gives_the_status()
    {
        ToolRun run = ToolRun.Of("run", "--exec", "version; nosuch; uptime");
        Assert.NotEqual(0, run.Status);
        Assert.Contains("MicroLake", run.Output);
        Assert.StartsWith("error: ", run.Output.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public void A_script_comes_from_a_file_or_from_standard_input()
    {
        const string script = "version\n# a comment\n\ncat '/boot/README'\n";
        _models.Write("script", script);
        ToolRun file = ToolRun.Of("run", "--script", Path.Combine(_models.Path, "script"));
        ToolRun input = ToolRun.WithInput(script, "run", "--script", "-");
        Assert.Equal((0, file.Output), (input.Status, input.Output));
        Assert.Contains("ls /host", file.Output);
    }

    [Fact]
    public void A_guest_that_hangs_is_ended_with_a_message_that_names_its_log()
    {
        // A halted processor is a guest that hangs for certain.
        ToolRun run = ToolRun.Of("run", "--timeout", "3", "--exec", "version", "--qemu-args", "-S");
        Assert.Equal(124, run.Status);
        Assert.Equal("", run.Output);
        string log = run.Error.Split(' ', ';').Single(word => word.EndsWith(".log", StringComparison.Ordinal));
        Assert.True(File.Exists(log), log);
    }

    [Fact]
    public void A_status_that_repeats_needs_repeatable_time()
    {
        ToolRun run = ToolRun.Of("run", "--icount", "--exec", "version");
        Assert.Equal(0, run.Status);
    }

    [Fact]
    public void A_disk_that_is_given_twice_is_refused_before_anything_boots()
    {
        string disk = typeof(ScriptTests).Assembly.Location;
        ToolRun run = ToolRun.Of("run", "--disk", disk, "--disk", disk);
        Assert.Equal(1, run.Status);
        Assert.Contains($"error: --disk {disk}: a disk image can be given once only", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--share", "/no/such/folder")]
    [InlineData("--script", "/no/such/script")]
    [InlineData("--disk", "/no/such/disk")]
    [InlineData("--smp", "0")]
    [InlineData("--mem", "lots")]
    [InlineData("--accel", "magic")]
    [InlineData("--firmware", "uefi")]
    [InlineData("--timeout", "-1")]
    [InlineData("--nope", "x")]
    public void A_bad_option_is_named_before_anything_boots(string option, string value)
    {
        ToolRun run = ToolRun.Of("run", option, value);
        Assert.Equal(1, run.Status);
        Assert.Equal("", run.Output);
        Assert.Contains("error: ", run.Error);
        Assert.Contains(option, run.Error);
    }
}
