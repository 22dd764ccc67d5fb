using System;
using System.IO;
using System.Runtime.InteropServices;

namespace MicroLake.Platform.Files;

/// <summary>What the file calls need from the layers below, by symbol. Calls that may block leave managed mode.</summary>
internal static unsafe partial class KernelImports
{
    /// <summary>Reads console bytes; waits up to the timeout (negative: for ever) for the first. Returns their number.</summary>
    [DllImport("*", EntryPoint = "mk_console_read")]
    internal static extern nint ConsoleRead(byte* buffer, nint length, long timeoutNanoseconds);

    /// <summary>Writes console bytes; returns how many were taken.</summary>
    [DllImport("*", EntryPoint = "mk_console_write")]
    internal static extern nint ConsoleWrite(byte* buffer, nint length);

    /// <summary>Number of console bytes that wait to be read.</summary>
    [DllImport("*", EntryPoint = "mk_console_pending")]
    internal static extern int ConsolePending();

    /// <summary>1: what passes is for a program, not for a person.</summary>
    [DllImport("*", EntryPoint = "mk_console_is_raw")]
    internal static extern int ConsoleIsRaw();

    /// <summary>The calling thread's errno.</summary>
    [DllImport("*", EntryPoint = "__errno_location"), SuppressGCTransition]
    internal static extern int* ErrnoLocation();

    [DllImport("*", EntryPoint = "SystemNative_GetCryptographicallySecureRandomBytes")]
    private static extern int GetRandomBytes(byte* buffer, int length);

    internal static void FillRandom(Span<byte> buffer)
    {
        // SAFETY: the span is fixed for the length of the call, which writes no more than its length.
        fixed (byte* start = buffer)
            if (GetRandomBytes(start, buffer.Length) != 0)
                throw new IOException("The system has no random numbers.");
    }
}
