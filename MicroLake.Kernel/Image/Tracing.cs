using MicroLake.Hosting;
using MicroLake.Shell;
using Kind = MicroLake.Abi.TraceEventKind;
using Reason = MicroLake.Abi.SwitchReason;

namespace MicroLake.Kernel;

/// <summary>The shell's trace, over kernel calls.</summary>
internal sealed class Tracing : ITracing
{
    private const int NumberBits = 16;
    private const int IdlePriority = 0;

    public (int Fewest, int Most, int Usual) Limits => (KernelTrace.FewestRecords, KernelTrace.MostRecords, KernelTrace.UsualRecords);

    public TraceInformation State
    {
        get
        {
            TraceState state = KernelTrace.State();
            return new(state.Running, state.Processors, state.Capacity, state.Written, state.Dropped, state.StartedAt, state.StoppedAt);
        }
    }

    public IReadOnlyDictionary<TraceThread, string> ThreadNames()
    {
        var names = new Dictionary<TraceThread, string>();
        foreach (ThreadUse thread in Inspection.Threads())
            names[Thread(thread.Identifier)] = thread.Name;
        return names;
    }

    public IReadOnlySet<TraceThread> IdleThreads()
    {
        var idle = new HashSet<TraceThread>();
        foreach (ThreadUse thread in Inspection.Threads())
            if (thread.Priority == IdlePriority)
                idle.Add(Thread(thread.Identifier));
        return idle;
    }

    public void Start(int events) => KernelTrace.Start(events);

    public bool Stop() => KernelTrace.Stop();

    public void Mark(string text) => KernelTrace.Mark(text);

    public void Load(string name) => KernelTrace.Load(name);

    public IEnumerable<TraceEvent> Events(int processor)
    {
        foreach (TraceEntry entry in KernelTrace.Read(processor))
            if (Describe(entry) is { } e)
                yield return e;
    }

    private static TraceEvent? Describe(in TraceEntry e)
    {
        TraceThread thread = Thread(e.Thread);
        return e.Kind switch
        {
            Kind.Start => new(e.Nanoseconds, TraceEventKind.Start, thread),
            Kind.Switch => new(e.Nanoseconds, TraceEventKind.Switch, thread, Thread((uint)e.A), Text: NameOf((Reason)e.Detail)),
            Kind.Call => new(e.Nanoseconds, TraceEventKind.Call, thread, Value: e.A),
            Kind.Reply => new(e.Nanoseconds, TraceEventKind.Reply, thread, Value: e.A),
            Kind.Fault => new(e.Nanoseconds, TraceEventKind.Fault, thread, Value: e.A, Text: NameOfFault(e.Detail)),
            Kind.InterruptBegin => new(e.Nanoseconds, TraceEventKind.InterruptBegin, thread, Value: (ulong)e.Detail),
            Kind.InterruptEnd => new(e.Nanoseconds, TraceEventKind.InterruptEnd, thread, Value: (ulong)e.Detail),
            Kind.Load => new(e.Nanoseconds, TraceEventKind.Load, thread, Text: e.Text),
            Kind.Mark => new(e.Nanoseconds, TraceEventKind.Mark, thread, Text: e.Text),
            Kind.ThreadName => new(e.Nanoseconds, TraceEventKind.ThreadName, thread, Text: e.Text),
            _ => null,
        };
    }

    private static TraceThread Thread(uint identifier) => new((int)(identifier & ((1 << NumberBits) - 1)), (int)(identifier >> NumberBits));

    private static string NameOf(Reason reason) => reason switch
    {
        Reason.Preempted => "preempted",
        Reason.Yielded => "yielded",
        Reason.Waiting => "waiting",
        Reason.Ended => "ended",
        Reason.Called => "called a server",
        Reason.Replied => "replied",
        _ => "",
    };

    /// <summary>Names of exceptions (Intel SDM volume 3, table 6-1).</summary>
    private static string NameOfFault(int vector) => vector switch
    {
        0 => "divide error",
        3 => "breakpoint",
        6 => "invalid opcode",
        13 => "general protection fault",
        14 => "page fault",
        16 or 19 => "floating-point error",
        _ => $"exception {vector}",
    };
}
