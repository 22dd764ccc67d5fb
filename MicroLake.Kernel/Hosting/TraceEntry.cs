using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>An event of the trace; <see cref="TraceRecord"/> says what the fields mean for each kind.</summary>
/// <param name="Sequence">Its number on its processor, from 1 on.</param>
/// <param name="Nanoseconds">Since the boot.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">Reason or vector.</param>
/// <param name="Thread">Identifier of the thread that ran.</param>
/// <param name="A">First value.</param>
/// <param name="B">Second value.</param>
/// <param name="C">Third value.</param>
/// <param name="Text">Name or mark; empty for other kinds.</param>
public readonly record struct TraceEntry(
    long Sequence, long Nanoseconds, TraceEventKind Kind, int Detail, uint Thread, ulong A, ulong B, ulong C, string Text);

/// <summary>The state of the trace.</summary>
/// <param name="Running">Whether events are recorded.</param>
/// <param name="Processors">Processors with events; 0 before the first trace.</param>
/// <param name="Capacity">Events that each keeps.</param>
/// <param name="Written">Events since the start.</param>
/// <param name="Dropped">Of these, how many were overwritten by younger ones.</param>
/// <param name="StartedAt">Time since the boot.</param>
/// <param name="StoppedAt">Time since the boot; null while it runs.</param>
public readonly record struct TraceState(
    bool Running, int Processors, long Capacity, long Written, long Dropped, TimeSpan StartedAt, TimeSpan? StoppedAt);
