using System.Runtime.InteropServices;
using System.Threading;

namespace MicroLake.Platform.Files;

/// <summary>Tells System.Console that what it remembers of the terminal is old.</summary>
internal static unsafe class TerminalInvalidation
{
    private static nint s_handler;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SetTerminalInvalidationHandler")]
    private static void SetTerminalInvalidationHandler(nint handler) => Volatile.Write(ref s_handler, handler);

    public static void Notify()
    {
        nint handler = Volatile.Read(ref s_handler);
        // SAFETY: System.Console registered this function with exactly this signature (pal_signal.h).
        if (handler != 0)
            ((delegate* unmanaged<void>)handler)();
    }
}
