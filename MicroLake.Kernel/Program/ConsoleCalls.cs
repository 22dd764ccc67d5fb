using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Abi;

namespace MicroLake.Program;

/// <summary>
/// The console of a process, over the memory that it shares with its starter (<see cref="ConsoleChannel"/>). One without a console writes to
/// nowhere and reads the end. Callers take turns: one writer and one reader at a time.
/// </summary>
internal static unsafe class ConsoleCalls
{
    private const ulong Forever = ulong.MaxValue;

    private static byte* s_memory;
    private static uint s_toStarter, s_outputRoom, s_input;
    private static int s_opened;

    [RuntimeExport("mk_console_write")]
    private static nint Write(byte* bytes, nint length)
    {
        if (!Open())
            return length;
        nint done = 0;
        while (done < length)
        {
            uint count = ByteRing.Write(
                (ByteRing*)(s_memory + ConsoleChannel.OutputRing), s_memory + ConsoleChannel.OutputData, ConsoleChannel.OutputLength,
                bytes + done, length - done > int.MaxValue ? int.MaxValue : (uint)(length - done));
            done += (nint)count;
            ulong bits;
            if (count != 0 && Signal(s_toStarter, ConsoleChannel.OutputWritten) != Status.Ok)
                return length;
            if (done < length && count == 0 && Wait(s_outputRoom, Forever, &bits) != Status.Ok)
                return length;
        }

        return length;
    }

    /// <summary>Reads at least one byte; a negative timeout waits for ever. 0: the time is over, or no more input will come.</summary>
    [RuntimeExport("mk_console_read")]
    private static nint Read(byte* buffer, nint length, long timeoutNanoseconds)
    {
        if (length <= 0 || !Open())
            return 0;
        ulong deadline = timeoutNanoseconds < 0 ? Forever : Now() + (ulong)timeoutNanoseconds;
        while (true)
        {
            uint count = ByteRing.Read(
                (ByteRing*)(s_memory + ConsoleChannel.InputRing), s_memory + ConsoleChannel.InputData, ConsoleChannel.InputLength,
                buffer, length > int.MaxValue ? int.MaxValue : (uint)length);
            if (count != 0)
            {
                _ = Signal(s_toStarter, ConsoleChannel.InputTaken);
                return (nint)count;
            }

            ulong bits;
            if ((Flags() & ConsoleChannel.InputEnded) != 0 || Wait(s_input, deadline, &bits) != Status.Ok)
                return 0;
        }
    }

    [RuntimeExport("mk_console_pending")]
    private static int Pending() =>
        Open() && (ByteRing.HasData((ByteRing*)(s_memory + ConsoleChannel.InputRing), ConsoleChannel.InputLength)
            || (Flags() & ConsoleChannel.InputEnded) != 0) ? 1 : 0;

    /// <summary>1: what passes is for a program, not for a person.</summary>
    [RuntimeExport("mk_console_is_raw")]
    private static int IsRaw() => Open() && (Flags() & ConsoleChannel.IsTerminal) != 0 ? 0 : 1;

    private static uint Flags() => Volatile.Read(ref *(uint*)(s_memory + ConsoleChannel.Flags));

    /// <summary>Maps the console at its first use. Several threads at once map it several times, which does no harm.</summary>
    private static bool Open()
    {
        if (Volatile.Read(ref s_opened) != 0)
            return s_memory != null;
        uint memory = StartHandles.Find("console"u8);
        ulong start;
        if (memory != 0
            && Map(memory, 0, ConsoleChannel.Pages * 4096, Protection.Read | Protection.Write, &start) == Status.Ok)
        {
            s_toStarter = StartHandles.Find("console.starter"u8);
            s_outputRoom = StartHandles.Find("console.room"u8);
            s_input = StartHandles.Find("console.input"u8);
            s_memory = (byte*)start;
        }

        Volatile.Write(ref s_opened, 1);
        return s_memory != null;
    }

    [RuntimeImport("*", "mk_memory_object_map")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern Status Map(uint handle, ulong offset, ulong length, Protection protection, ulong* start);

    [RuntimeImport("*", "mk_notification_signal")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern Status Signal(uint handle, ulong bits);

    [RuntimeImport("*", "mk_notification_wait")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern Status Wait(uint handle, ulong deadline, ulong* bits);

    [RuntimeImport("*", "mk_clock_monotonic")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Now();
}
