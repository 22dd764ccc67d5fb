using System.Runtime;
using System.Runtime.CompilerServices;

namespace MicroLake.Program;

/// <summary>The console of a process.</summary>
internal static unsafe class ConsoleCalls
{
    [RuntimeExport("mk_console_write")]
    private static nint Write(byte* bytes, nint length)
    {
        LogWrite(bytes, (int)length);
        return length;
    }

    [RuntimeExport("mk_console_read")]
    private static nint Read(byte* buffer, nint length, long timeoutNanoseconds) => 0;

    [RuntimeExport("mk_console_pending")]
    private static int Pending() => 0;

    [RuntimeImport("*", "mk_log_write")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void LogWrite(byte* bytes, int length);
}
