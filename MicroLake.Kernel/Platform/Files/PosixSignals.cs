using System.Runtime;
using System.Runtime.InteropServices;
using System.Threading;

namespace MicroLake.Platform.Files;

/// <summary>
/// The signals that .NET programs can subscribe to. Only SIGINT is ever raised, by Ctrl-C on the console; the others
/// are accepted and never come, since there is nobody to send them.
/// </summary>
internal static unsafe class PosixSignals
{
    private const int SigInt = 2;
    private const int PosixSigInt = -2;

    private static nint s_handler;
    private static int s_interruptEnabled;

    /// <summary>The base library's dispatcher: raw number and PosixSignal in, 1 out when it was queued.</summary>
    [RuntimeExport("SystemNative_SetPosixSignalHandler")]
    private static void SetPosixSignalHandler(nint handler) => s_handler = handler;

    /// <summary>PosixSignal (negative) to Linux's number; positive numbers are Linux's already; 0 for none.</summary>
    [RuntimeExport("SystemNative_GetPlatformSignalNumber")]
    internal static int GetPlatformSignalNumber(int signal) => signal switch
    {
        -1 => 1,
        -2 => 2,
        -3 => 3,
        -4 => 15,
        -5 => 17,
        -6 => 18,
        -7 => 28,
        -8 => 21,
        -9 => 22,
        -10 => 20,
        > 0 and <= 64 => signal,
        _ => 0,
    };

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_EnablePosixSignalHandling")]
    private static int EnablePosixSignalHandling(int signal)
    {
        if (signal == SigInt)
            Volatile.Write(ref s_interruptEnabled, 1);
        return 1;
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_DisablePosixSignalHandling")]
    private static void DisablePosixSignalHandling(int signal)
    {
        if (signal == SigInt)
            Volatile.Write(ref s_interruptEnabled, 0);
    }

    /// <summary>On a system of processes the default would end this one; the kernel lives on.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_HandleNonCanceledPosixSignal")]
    private static void HandleNonCanceledPosixSignal(int signal)
    {
    }

    /// <summary>Tells the program of a Ctrl-C; false when it does not listen.</summary>
    internal static bool RaiseInterrupt()
    {
        nint handler = Volatile.Read(ref s_handler);
        if (handler == 0 || Volatile.Read(ref s_interruptEnabled) == 0)
            return false;
        // SAFETY: the base library registered this function with exactly this signature (pal_signal.h).
        return ((delegate* unmanaged<int, int, int>)handler)(SigInt, PosixSigInt) != 0;
    }
}
