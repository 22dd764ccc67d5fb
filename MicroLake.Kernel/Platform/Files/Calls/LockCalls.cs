using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Advisory locks: whole files between open files, regions between processes.</summary>
internal static unsafe class LockCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FLock")]
    private static int FLock(nint descriptor, int operation)
    {
        const int Shared = 1, Exclusive = 2, NonBlocking = 4, Unlock = 8;
        try
        {
            int file = Call.Descriptor(descriptor);
            bool wait = (operation & NonBlocking) == 0;
            return (operation & ~NonBlocking) switch
            {
                Shared => Call.Result(Call.Files.Lock(file, false, wait)),
                Exclusive => Call.Result(Call.Files.Lock(file, true, wait)),
                Unlock => Call.Result(Call.Files.Unlock(file)),
                _ => Call.Result(Errno.EINVAL),
            };
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>
    /// Region locks belong to a process (fcntl(2), F_SETLK), and all these files belong to one, so none conflicts.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_LockFileRegion")]
    private static int LockFileRegion(nint descriptor, long offset, long length, short type)
    {
        try
        {
            return Call.Result(Call.Files.Status(Call.Descriptor(descriptor), out _));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }
}
