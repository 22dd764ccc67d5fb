using System.Runtime;
using MicroLake.Platform.Threads;

namespace MicroLake.Platform.Runtime;

/// <summary>Linux error numbers that this layer returns.</summary>
internal static unsafe class Errno
{
    public const int NoSuchProcess = 3;
    public const int BadFile = 9;
    public const int TryAgain = 11;
    public const int NoMemory = 12;
    public const int Busy = 16;
    public const int InvalidArgument = 22;
    public const int NotSupported = 38;
    public const int TimedOut = 110;

    /// <summary>Sets the thread's errno and returns -1, as a C function does.</summary>
    public static int Fail(int error)
    {
        ThreadControlBlock.Current()->Errno = error;
        return -1;
    }

    /// <summary>CoreLib reads and sets errno around its calls, without a GC transition.</summary>
    [RuntimeExport("SystemNative_GetErrNo")]
    private static int Get() => ThreadControlBlock.Current()->Errno;

    [RuntimeExport("SystemNative_SetErrNo")]
    private static void Set(int error) => ThreadControlBlock.Current()->Errno = error;
}
