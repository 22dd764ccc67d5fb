namespace MicroLake.Abi;

/// <summary>
/// What a <see cref="TraceRecord"/> tells, and what its fields then mean. Numbers are part of the binary interface: add at the end.
/// </summary>
public enum TraceEventKind : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The trace began while the processor ran <see cref="TraceRecord.Thread"/>.</summary>
    Start = 1,

    /// <summary>
    /// <see cref="TraceRecord.Thread"/> left the processor to thread <see cref="TraceRecord.A"/>; <see cref="TraceRecord.Detail"/> is a
    /// <see cref="SwitchReason"/>.
    /// </summary>
    Switch = 2,

    /// <summary>The thread calls endpoint <see cref="TraceRecord.A"/>.</summary>
    Call = 3,

    /// <summary>The thread has the reply of endpoint <see cref="TraceRecord.A"/>.</summary>
    Reply = 4,

    /// <summary>
    /// A processor exception: <see cref="TraceRecord.Detail"/> is its vector, <see cref="TraceRecord.A"/> the address that faulted (of memory
    /// for a page fault, of the instruction otherwise), <see cref="TraceRecord.B"/> the error code, <see cref="TraceRecord.C"/> the instruction.
    /// </summary>
    Fault = 5,

    /// <summary>The handler of vector <see cref="TraceRecord.Detail"/> begins.</summary>
    InterruptBegin = 6,

    /// <summary>The handler of vector <see cref="TraceRecord.Detail"/> ends.</summary>
    InterruptEnd = 7,

    /// <summary>A program, module or model was loaded: <see cref="TraceRecord.Text"/> is its name.</summary>
    Load = 8,

    /// <summary>What a user or a program wants to find again: <see cref="TraceRecord.Text"/>.</summary>
    Mark = 9,

    /// <summary>The thread has the name <see cref="TraceRecord.Text"/> from now on.</summary>
    ThreadName = 10,
}
