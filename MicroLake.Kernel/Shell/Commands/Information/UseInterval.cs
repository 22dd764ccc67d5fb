namespace MicroLake.Shell.Commands;

/// <summary>What threads and processors did between two moments.</summary>
internal sealed class UseInterval
{
    private readonly ISystemInformation _system;
    private readonly TimeSpan _start;
    private readonly Dictionary<int, ThreadInformation> _threadsBefore = [];
    private readonly Dictionary<int, ProcessorInformation> _processorsBefore = [];

    /// <summary>The interval begins.</summary>
    public UseInterval(ISystemInformation system)
    {
        _system = system;
        _start = system.Uptime;
        foreach (ThreadInformation thread in system.Threads())
            _threadsBefore[thread.Id] = thread;
        foreach (ProcessorInformation processor in system.Processors())
            _processorsBefore[processor.Index] = processor;
    }

    /// <summary>How long it was.</summary>
    public TimeSpan Elapsed { get; private set; }

    public IReadOnlyList<ThreadInformation> Threads { get; private set; } = [];

    public IReadOnlyList<ProcessorInformation> Processors { get; private set; } = [];

    /// <summary>The interval ends.</summary>
    public void End()
    {
        Elapsed = _system.Uptime - _start;
        Threads = _system.Threads();
        Processors = _system.Processors();
    }

    /// <summary>A thread's processor time as a share of the interval, 0 to 1. A thread made since, in place of one with the same number, began at 0.</summary>
    public double Share(ThreadInformation thread)
    {
        TimeSpan before = _threadsBefore.TryGetValue(thread.Id, out ThreadInformation old) && old.Created == thread.Created ? old.ProcessorTime : default;
        return Math.Clamp((thread.ProcessorTime - before) / Seconds, 0, 1);
    }

    /// <summary>The busiest thread comes first; idle threads, which have no priority, last, because what nobody used is no news.</summary>
    public int Compare(ThreadInformation a, ThreadInformation b)
    {
        int order = (a.Priority == 0).CompareTo(b.Priority == 0);
        if (order == 0)
            order = Share(b).CompareTo(Share(a));
        return order != 0 ? order : a.Id.CompareTo(b.Id);
    }

    /// <summary>The share of the interval in which the processor had work, 0 to 1.</summary>
    public double Use(ProcessorInformation processor) => Math.Clamp(1 - (processor.Idle - Before(processor).Idle) / Seconds, 0, 1);

    public double SwitchesPerSecond(ProcessorInformation processor) => PerSecond(processor.Switches - Before(processor).Switches);

    public double InterruptsPerSecond(ProcessorInformation processor) => PerSecond(processor.Interrupts - Before(processor).Interrupts);

    private TimeSpan Seconds => Elapsed > TimeSpan.Zero ? Elapsed : TimeSpan.FromTicks(1);

    private double PerSecond(long count) => Math.Max(0, count) / Seconds.TotalSeconds;

    private ProcessorInformation Before(ProcessorInformation processor) => _processorsBefore.GetValueOrDefault(processor.Index);
}
