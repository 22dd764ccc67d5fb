namespace MicroLake.Shell;

/// <summary>The event trace of the system; the kernel implements it.</summary>
public interface ITracing
{
    /// <summary>Fewest and most events that each processor can keep, and how many it keeps unless told otherwise.</summary>
    (int Fewest, int Most, int Usual) Limits { get; }

    TraceInformation State { get; }

    /// <summary>Names of the threads that there are.</summary>
    IReadOnlyDictionary<TraceThread, string> ThreadNames();

    /// <summary>The threads that run where nothing else does.</summary>
    IReadOnlySet<TraceThread> IdleThreads();

    /// <summary>Starts a new trace; the last one's events are gone.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for so many events.</exception>
    void Start(int events);

    /// <summary>Ends the trace. False: none runs.</summary>
    bool Stop();

    /// <summary>Records text to find this moment by.</summary>
    void Mark(string text);

    /// <summary>Records that something of that name was loaded.</summary>
    void Load(string name);

    /// <summary>The events of a processor, oldest first, read piece by piece.</summary>
    IEnumerable<TraceEvent> Events(int processor);
}

/// <summary>The state of the trace.</summary>
/// <param name="Running">Whether events are recorded.</param>
/// <param name="Processors">Processors with events; 0 before the first trace.</param>
/// <param name="Capacity">Events that each keeps.</param>
/// <param name="Written">Events since the start.</param>
/// <param name="Dropped">Of these, how many were overwritten by younger ones.</param>
/// <param name="Started">Time since the boot.</param>
/// <param name="Stopped">Time since the boot; null while it runs.</param>
public readonly record struct TraceInformation(
    bool Running, int Processors, long Capacity, long Written, long Dropped, TimeSpan Started, TimeSpan? Stopped);

/// <summary>A thread: its number as <c>ps</c> shows it, and which of the threads that had that number one after the other.</summary>
public readonly record struct TraceThread(int Number, int Generation);

/// <summary>What an event of the trace is.</summary>
public enum TraceEventKind
{
    /// <summary>The trace began while <see cref="TraceEvent.Thread"/> ran.</summary>
    Start,

    /// <summary>The thread left the processor to <see cref="TraceEvent.Other"/>; <see cref="TraceEvent.Text"/> says why.</summary>
    Switch,

    /// <summary>The thread calls the endpoint <see cref="TraceEvent.Value"/>.</summary>
    Call,

    /// <summary>The thread has the reply of the endpoint <see cref="TraceEvent.Value"/>.</summary>
    Reply,

    /// <summary>A processor exception; <see cref="TraceEvent.Text"/> names it, <see cref="TraceEvent.Value"/> is the address that faulted.</summary>
    Fault,

    /// <summary>The handler of the interrupt vector <see cref="TraceEvent.Value"/> begins.</summary>
    InterruptBegin,

    /// <summary>The handler of the interrupt vector <see cref="TraceEvent.Value"/> ends.</summary>
    InterruptEnd,

    /// <summary><see cref="TraceEvent.Text"/> was loaded.</summary>
    Load,

    /// <summary><see cref="TraceEvent.Text"/> marks this moment.</summary>
    Mark,

    /// <summary>The thread has the name <see cref="TraceEvent.Text"/> from now on.</summary>
    ThreadName,
}

/// <summary>An event of the trace.</summary>
/// <param name="Nanoseconds">Time since the boot.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Thread">The thread that ran.</param>
/// <param name="Other">The thread that follows a switch.</param>
/// <param name="Value">See <see cref="TraceEventKind"/>.</param>
/// <param name="Text">See <see cref="TraceEventKind"/>; else empty.</param>
public readonly record struct TraceEvent(
    long Nanoseconds, TraceEventKind Kind, TraceThread Thread, TraceThread Other = default, ulong Value = 0, string Text = "");
