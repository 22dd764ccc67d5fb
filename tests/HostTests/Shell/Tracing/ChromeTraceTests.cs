using System.Text.Json;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell.Tracing;

public sealed class ChromeTraceTests
{
    private static readonly TraceThread s_main = new(2, 0), s_worker = new(3, 1);

    private readonly FakeTracing _tracing = new() { Names = { [s_main] = "main" } };

    [Fact]
    public void Runs_are_slices_between_switches_and_idle_time_is_a_gap()
    {
        _tracing.Rings.Add(
        [
            new(1_000, TraceEventKind.Start, s_main),
            new(3_500, TraceEventKind.Switch, s_main, FakeTracing.Idle, Text: "waiting"),
            new(10_001, TraceEventKind.Switch, FakeTracing.Idle, s_worker, Text: "yielded"),
            new(12_000, TraceEventKind.Switch, s_worker, s_main, Text: "ended"),
        ]);
        _tracing.Stopped = TimeSpan.FromTicks(200);
        Assert.Equal(
            ["main 1 2.5 waiting", "thread 3 10.001 1.999 ended", "main 12 8 -"],
            Events("X").Select(e => $"{Name(e)} {Number(e, "ts")} {Number(e, "dur")} {(e.GetProperty("args").TryGetProperty("end", out JsonElement end) ? end : "-")}"));
    }

    [Fact]
    public void Each_processor_has_a_track_with_its_name()
    {
        for (int i = 0; i < 3; i++)
            _tracing.Rings.Add([new(1_000, TraceEventKind.Start, s_main)]);
        Assert.Equal(
            ["processors", "processor 0", "processor 1", "processor 2"],
            Events("M").Where(e => Name(e).EndsWith("_name", StringComparison.Ordinal)).Select(e => e.GetProperty("args").GetProperty("name").GetString()));
        Assert.Equal([0, 1, 2], Events("X").Select(e => e.GetProperty("tid").GetInt32()));
    }

    [Fact]
    public void A_thread_has_the_name_that_any_processor_recorded_for_it()
    {
        _tracing.Rings.Add([new(0, TraceEventKind.Start, s_worker)]);
        _tracing.Rings.Add([new(0, TraceEventKind.Start, FakeTracing.Idle), new(5, TraceEventKind.ThreadName, s_worker, Text: "a \"name\"\n\u0001")]);
        Assert.Equal("a \"name\"\n\u0001", Name(Assert.Single(Events("X"))));
    }

    [Fact]
    public void Interrupts_lie_inside_of_the_run_that_they_interrupt()
    {
        _tracing.Rings.Add(
        [
            new(1_000, TraceEventKind.InterruptEnd, s_main, Value: 0xf0),
            new(2_000, TraceEventKind.InterruptBegin, s_main, Value: 0xf0),
            new(2_500, TraceEventKind.InterruptEnd, s_main, Value: 0xf0),
            new(2_600, TraceEventKind.Switch, s_main, s_worker, Text: "preempted"),
        ]);
        JsonElement interrupt = Assert.Single(Events("X"), e => Name(e) == "interrupt 240");
        JsonElement run = Events("X").First(e => Name(e) == "main");
        Assert.Equal((2m, 0.5m), (Number(interrupt, "ts"), Number(interrupt, "dur")));
        Assert.InRange(Number(interrupt, "ts") + Number(interrupt, "dur"), Number(run, "ts"), Number(run, "ts") + Number(run, "dur"));
    }

    [Fact]
    public void Faults_loads_and_marks_are_instants_on_their_track()
    {
        _tracing.Rings.Add(
        [
            new(1_000, TraceEventKind.Fault, s_main, Value: 0xdeadb000, Text: "page fault"),
            new(2_000, TraceEventKind.Load, s_main, Text: "net"),
            new(3_000, TraceEventKind.Mark, s_main, Text: "here"),
        ]);
        List<JsonElement> instants = Events("i");
        Assert.Equal(["page fault", "load net", "here"], instants.Select(Name));
        Assert.All(instants, e => Assert.Equal("t", e.GetProperty("s").GetString()));
        Assert.Equal("0xdeadb000", instants[0].GetProperty("args").GetProperty("address").GetString());
    }

    [Fact]
    public void A_call_begins_and_ends_by_thread_and_endpoint()
    {
        _tracing.Rings.Add([new(1_000, TraceEventKind.Call, s_main, Value: 0x1f)]);
        _tracing.Rings.Add([new(2_000, TraceEventKind.Reply, s_main, Value: 0x1f)]);
        JsonElement begin = Assert.Single(Events("b")), end = Assert.Single(Events("e"));
        foreach (string key in new[] { "name", "cat", "id", "pid" })
            Assert.Equal(begin.GetProperty(key).ToString(), end.GetProperty(key).ToString());
    }

    [Fact]
    public void Any_sequence_of_events_is_valid_JSON_with_slices_that_do_not_overlap()
    {
        var random = new Random(1);
        for (int round = 0; round < 100; round++)
        {
            _tracing.Rings.Clear();
            long time = 0;
            _tracing.Rings.Add([.. Enumerable.Range(0, 200).Select(_ => new TraceEvent(
                time += random.Next(2_000), (TraceEventKind)random.Next(10), new(random.Next(4), 0), new(random.Next(4), 0), (ulong)random.Next(3), "t" + random.Next(3)))]);
            List<(decimal Start, decimal End)> runs = [.. Events("X").Where(e => e.GetProperty("cat").GetString() == "run")
                .Select(e => (Number(e, "ts"), Number(e, "ts") + Number(e, "dur")))];
            for (int i = 1; i < runs.Count; i++)
                Assert.True(runs[i].Start >= runs[i - 1].End);
        }
    }

    [Fact]
    public void What_was_lost_is_said()
    {
        _tracing.Dropped = 17;
        using JsonDocument document = Document();
        Assert.Equal(17, document.RootElement.GetProperty("otherData").GetProperty("droppedEvents").GetInt64());
        Assert.Equal("ns", document.RootElement.GetProperty("displayTimeUnit").GetString());
    }

    [Fact]
    public void Memory_does_not_grow_with_the_trace()
    {
        IEnumerable<TraceEvent> Endless(int count)
        {
            for (int i = 0; i < count; i++)
                yield return new(i * 10, TraceEventKind.Switch, s_main, s_worker, Text: "yielded");
        }

        var tracing = new StreamedTracing(Endless(200_000));
        var stream = new LargestWrite();
        long events = ChromeTrace.Write(tracing, stream, TestContext.Current.CancellationToken);
        Assert.Equal(200_001, events);
        Assert.InRange(stream.Largest, 1, 64 << 10);
    }

    [Fact]
    public void It_can_be_stopped()
    {
        _tracing.Rings.Add([new(0, TraceEventKind.Start, s_main)]);
        Assert.Throws<OperationCanceledException>(() => ChromeTrace.Write(_tracing, Stream.Null, new CancellationToken(true)));
    }

    private static string Name(JsonElement e) => e.GetProperty("name").GetString()!;

    private static decimal Number(JsonElement e, string key) => e.GetProperty(key).GetDecimal();

    private List<JsonElement> Events(string phase)
    {
        using JsonDocument document = Document();
        return [.. document.RootElement.GetProperty("traceEvents").EnumerateArray().Where(e => e.GetProperty("ph").GetString() == phase).Select(e => e.Clone())];
    }

    private JsonDocument Document()
    {
        using var stream = new MemoryStream();
        ChromeTrace.Write(_tracing, stream, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(stream.ToArray());
    }

    private sealed class StreamedTracing(IEnumerable<TraceEvent> events) : ITracing
    {
        public (int Fewest, int Most, int Usual) Limits => default;

        public TraceInformation State => new(false, 1, 1, 1, 0, default, TimeSpan.FromSeconds(1));

        public IReadOnlyDictionary<TraceThread, string> ThreadNames() => new Dictionary<TraceThread, string>();

        public IReadOnlySet<TraceThread> IdleThreads() => new HashSet<TraceThread>();

        public void Start(int count)
        {
        }

        public bool Stop() => false;

        public void Mark(string text)
        {
        }

        public void Load(string name)
        {
        }

        public IEnumerable<TraceEvent> Events(int processor) => events;
    }

    private sealed class LargestWrite : MemoryStream
    {
        public int Largest { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Largest = Math.Max(Largest, count);

        public override void Write(ReadOnlySpan<byte> buffer) => Largest = Math.Max(Largest, buffer.Length);
    }
}
