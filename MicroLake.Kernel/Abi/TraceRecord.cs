using System.Runtime.InteropServices;

namespace MicroLake.Abi;

/// <summary>An event of the trace: 64 bytes. <see cref="TraceEventKind"/> says which fields mean what.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public unsafe struct TraceRecord
{
    public const int Bytes = 64;

    /// <summary>Most bytes of text; longer ones are cut.</summary>
    public const int TextBytes = 40;

    /// <summary>Number of the event on its processor, from 1 on: where one is missing, events were overwritten. 0 while it is being written.</summary>
    [FieldOffset(0)]
    public ulong Sequence;

    /// <summary>Nanoseconds since the boot.</summary>
    [FieldOffset(8)]
    public ulong Time;

    [FieldOffset(16)]
    public TraceEventKind Kind;

    [FieldOffset(18)]
    public ushort Detail;

    /// <summary>Identifier of the thread that ran.</summary>
    [FieldOffset(20)]
    public uint Thread;

    [FieldOffset(24)]
    public ulong A;

    [FieldOffset(32)]
    public ulong B;

    [FieldOffset(40)]
    public ulong C;

    /// <summary>UTF-8, ended by a zero byte unless it fills the field; in place of <see cref="A"/> to <see cref="C"/>.</summary>
    [FieldOffset(24)]
    public fixed byte Text[TextBytes];
}
