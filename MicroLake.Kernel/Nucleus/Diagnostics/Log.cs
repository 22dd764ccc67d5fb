using System;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// The kernel's log: a ring that dmesg reads, and the serial port as well until the console belongs to the shell
/// (after that only panics write there).
/// </summary>
internal static unsafe class Log
{
    public const int Capacity = 65536;

    private struct Memory
    {
        public fixed byte Bytes[Capacity];
    }

    private static Memory s_memory;
    private static KernelLog s_ring;
    private static SpinLock s_lock;
    private static uint s_quiet;
    private static uint s_inLine;
    private static uint s_panicking;

    /// <summary>Comes before the first line.</summary>
    public static void Start()
    {
        // Static data of the image does not move.
        fixed (Memory* memory = &s_memory)
            _ = s_ring.Initialize(memory->Bytes, Capacity);
    }

    /// <summary>From now on the log goes to the ring only.</summary>
    public static void LeaveSerial() => s_quiet = 1;

    /// <summary>
    /// From now on one processor writes, to the serial port as well, without the lock: whoever holds it has been stopped, or is
    /// the one that panics.
    /// </summary>
    public static void EnterPanic()
    {
        s_panicking = 1;
        s_quiet = 0;
    }

    public static void Line(ReadOnlySpan<byte> text)
    {
        Text(text);
        Text("\n"u8);
    }

    public static void Text(ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text)
            Bytes(bytes, text.Length);
    }

    public static void Bytes(byte* bytes, int length)
    {
        uint interrupts = Acquire();
        Append(null, bytes, (ulong)length);
        Release(interrupts);
    }

    /// <summary>A number in hexadecimal, with its prefix.</summary>
    public static void Hex(ulong value) => Number(value, true);

    public static void Decimal(ulong value) => Number(value, false);

    /// <summary>
    /// Copies log bytes from a sequence number on (older ones that were overwritten are skipped); returns how many, and where
    /// to go on.
    /// </summary>
    public static int Read(ulong from, byte* buffer, int length, out ulong next)
    {
        next = from;
        if (length <= 0)
            return 0;
        uint interrupts = Acquire();
        ulong count = s_ring.Read(ref next, buffer, (ulong)length, out _);
        Release(interrupts);
        return (int)count;
    }

    private static uint Acquire()
    {
        if (s_panicking != 0)
            return 0;
        fixed (SpinLock* spinLock = &s_lock)
            return SpinLock.Acquire(spinLock, LockRank.Log);
    }

    private static void Release(uint interrupts)
    {
        if (s_panicking != 0)
            return;
        fixed (SpinLock* spinLock = &s_lock)
            SpinLock.Release(spinLock, LockRank.Log, interrupts);
    }

    private static void Number(ulong value, bool hexadecimal)
    {
        TextFormatter text = default;
        text.Initialize(&Append, null);
        uint interrupts = Acquire();
        if (hexadecimal)
        {
            text.Write("0x"u8);
            text.WriteHex(value);
        }
        else
        {
            text.WriteDecimal(value);
        }

        Release(interrupts);
    }

    /// <summary>A sink for <see cref="TextFormatter"/>. The caller holds the lock.</summary>
    private static void Append(void* context, byte* bytes, ulong length)
    {
        for (ulong i = 0; i < length; i++)
        {
            if (s_inLine == 0)
                Stamp();
            s_inLine = bytes[i] == '\n' ? 0u : 1u;
            s_ring.Write(bytes + i, 1);
            if (s_quiet != 0)
                continue;
            if (bytes[i] == '\n')
                Serial.Write((byte)'\r');
            Serial.Write(bytes[i]);
        }
    }

    /// <summary>Each line in the ring begins with its time: 16 hexadecimal digits of nanoseconds since the boot, and a space.</summary>
    private static void Stamp()
    {
        TextFormatter text = default;
        fixed (KernelLog* ring = &s_ring)
        {
            text.Initialize(&KernelLog.Sink, ring);
            text.WriteHex(Time.Clock.Frequency != 0 ? Time.Clock.Monotonic() : 0, 16);
            text.WriteByte((byte)' ');
        }
    }
}
