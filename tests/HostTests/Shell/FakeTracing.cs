using MicroLake.Shell;

namespace MicroLake.HostTests.Shell;

/// <summary>A trace that holds what a test puts into it, for each of its processors.</summary>
internal sealed class FakeTracing : ITracing
{
    public static readonly TraceThread Idle = new(1, 0);

    public List<List<TraceEvent>> Rings { get; } = [];

    public Dictionary<TraceThread, string> Names { get; } = new() { [Idle] = "idle" };

    public List<string> Calls { get; } = [];

    public bool Running { get; set; }

    public long Dropped { get; set; }

    public TimeSpan Stopped { get; set; } = TimeSpan.FromMilliseconds(1);

    public (int Fewest, int Most, int Usual) Limits => (256, 1 << 20, 4096);

    public TraceInformation State => new(Running, Rings.Count, 4096, Rings.Sum(r => r.Count) + Dropped, Dropped, TimeSpan.Zero, Running ? null : Stopped);

    public IReadOnlyDictionary<TraceThread, string> ThreadNames() => Names;

    public IReadOnlySet<TraceThread> IdleThreads() => new HashSet<TraceThread> { Idle };

    public void Start(int events)
    {
        if (events == 1 << 20)
            throw new OutOfMemoryException();
        Calls.Add($"start {events}");
        Running = true;
        if (Rings.Count == 0)
            Rings.Add([]);
    }

    public bool Stop()
    {
        Calls.Add("stop");
        (bool was, Running) = (Running, false);
        return was;
    }

    public void Mark(string text) => Calls.Add($"mark {text}");

    public void Load(string name) => Calls.Add($"load {name}");

    public IEnumerable<TraceEvent> Events(int processor) => Rings[processor];
}
