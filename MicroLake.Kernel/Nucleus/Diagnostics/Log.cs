using System;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// The kernel's log: a ring that dmesg reads, and the serial port as well until the console belongs to the shell
/// (after that only panics write there).
/// </summary>
internal static unsafe class Log
{
    public const int Capacity = 65536;

    private struct Ring
    {
        public fixed byte Bytes[Capacity];
    }

    private static Ring s_ring;
    private static ulong s_written;
    private static SpinLock s_lock;
    private static uint s_quiet;
    private static uint s_inLine;

    /// <summary>From now on the log goes to the ring only.</summary>
    public static void LeaveSerial() => s_quiet = 1;

    public static void UseSerial() => s_quiet = 0;

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
        fixed (SpinLock* spinLock = &s_lock)
        fixed (Ring* ring = &s_ring)
        {
            uint interrupts = SpinLock.Acquire(spinLock);
            for (int i = 0; i < length; i++)
            {
                if (s_inLine == 0)
                    Stamp(ring);
                s_inLine = bytes[i] == '\n' ? 0u : 1u;
                ring->Bytes[s_written++ % Capacity] = bytes[i];
                if (s_quiet != 0)
                    continue;
                if (bytes[i] == '\n')
                    Serial.Write((byte)'\r');
                Serial.Write(bytes[i]);
            }

            SpinLock.Release(spinLock, interrupts);
        }
    }

    /// <summary>Each line in the ring begins with its time: 16 hexadecimal digits of nanoseconds since the boot, and a space.</summary>
    private static void Stamp(Ring* ring)
    {
        ulong now = Time.Clock.Frequency != 0 ? Time.Clock.Monotonic() : 0;
        for (int i = 0; i < 16; i++)
        {
            uint digit = (uint)(now >> ((15 - i) * 4)) & 15;
            ring->Bytes[s_written++ % Capacity] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        ring->Bytes[s_written++ % Capacity] = (byte)' ';
    }

    public static void Hex(ulong value)
    {
        byte* text = stackalloc byte[18];
        text[0] = (byte)'0';
        text[1] = (byte)'x';
        int digits = 1;
        while (digits < 16 && value >> (digits * 4) != 0)
            digits++;
        for (int i = 0; i < digits; i++)
        {
            uint digit = (uint)(value >> ((digits - 1 - i) * 4)) & 15;
            text[2 + i] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        Bytes(text, 2 + digits);
    }

    public static void Decimal(ulong value)
    {
        byte* text = stackalloc byte[20];
        int at = 20;
        do
        {
            text[--at] = (byte)('0' + value % 10);
            value /= 10;
        }
        while (value != 0);
        Bytes(text + at, 20 - at);
    }

    /// <summary>
    /// Copies log bytes from a sequence number on (older ones that were overwritten are skipped); returns how many, and where
    /// to go on.
    /// </summary>
    public static int Read(ulong from, byte* buffer, int length, out ulong next)
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (Ring* ring = &s_ring)
        {
            uint interrupts = SpinLock.Acquire(spinLock);
            ulong oldest = s_written > Capacity ? s_written - Capacity : 0;
            ulong at = from < oldest ? oldest : from;
            int count = 0;
            while (count < length && at < s_written)
                buffer[count++] = ring->Bytes[at++ % Capacity];
            next = at;
            SpinLock.Release(spinLock, interrupts);
            return count;
        }
    }
}
