using System.Text.Json;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell.Tracing;

public sealed class TraceCommandTests : ShellFixture
{
    private readonly FakeTracing _tracing = new();

    public TraceCommandTests() => Shell.Services.Add<ITracing>(_tracing);

    [Fact]
    public void A_trace_is_started_marked_stopped_and_saved()
    {
        (int status, string output) = Run("trace start; trace mark look here; trace stop; trace save @/t.json");
        Assert.Equal((0, "@/t.json: 0 events\n"), (status, output));
        Assert.Equal(["start 4096", "mark look here", "stop"], _tracing.Calls);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Folder + "/t.json"));
        Assert.Equal(JsonValueKind.Array, document.RootElement.GetProperty("traceEvents").ValueKind);
    }

    [Theory]
    [InlineData("trace", "error: trace: one of start, stop, mark, save, status is missing, use: trace start [--events N] | trace stop | trace mark TEXT | trace save FILE | trace status [--json]\n", 2)]
    [InlineData("trace save", "error: trace: FILE is missing, use: trace save FILE\n", 2)]
    [InlineData("trace begin", "error: trace: 'begin' is none of start, stop, mark, save, status, use: trace start [--events N] | trace stop | trace mark TEXT | trace save FILE | trace status [--json]\n", 2)]
    [InlineData("trace start --events 1048576", "error: there is no memory for 1048576 events of each processor, use fewer: trace start --events N\n", 1)]
    [InlineData("trace stop", "error: no trace runs, begin one with: trace start\n", 1)]
    [InlineData("trace mark x", "error: no trace runs, begin one with: trace start\n", 1)]
    [InlineData("trace save @/x", "error: there is no trace, record one: trace start, then trace stop\n", 1)]
    [InlineData("trace start; trace save @/x", "error: the trace is still running, end it first: trace stop\n", 1)]
    public void What_cannot_be_done_is_said(string line, string error, int status) => Assert.Equal((status, error), Run(line));

    [Theory]
    [InlineData("255")]
    [InlineData("1048577")]
    [InlineData("many")]
    public void A_wrong_number_of_events_is_refused(string number)
    {
        Assert.Equal(2, Run($"trace start --events {number}").Status);
        Assert.Empty(_tracing.Calls);
    }

    [Fact]
    public void The_state_is_shown()
    {
        Assert.Equal((0, "no trace has been started\n"), Run("trace status"));
        Assert.Equal((0, "[]\n"), Run("trace status --json"));
        (_tracing.Running, _tracing.Dropped) = (true, 3);
        _tracing.Rings.Add([new(0, TraceEventKind.Start, default)]);
        Assert.Contains("running", Run("trace status").Output);
        using JsonDocument document = JsonDocument.Parse(Run("trace status --json").Output);
        Assert.Equal((4, 3), (document.RootElement[0].GetProperty("events").GetInt32(), document.RootElement[0].GetProperty("overwritten").GetInt32()));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        _tracing.Rings.Add([]);
        Assert.Equal(1, Run("trace save @/missing/t.json").Status);
        Directory.CreateDirectory(Folder + "/folder");
        Assert.Equal(1, Run("trace save @/folder").Status);
        Assert.Equal(["folder"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }
}
