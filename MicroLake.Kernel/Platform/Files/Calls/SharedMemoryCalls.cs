using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Shared memory between processes does not exist; files are never mapped, so nothing is written back.</summary>
internal static unsafe class SharedMemoryCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ShmOpen")]
    private static nint ShmOpen(byte* name, int flags, int mode) => Call.Result(Errno.ENOSYS);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ShmUnlink")]
    private static int ShmUnlink(byte* name) => Call.Result(Errno.ENOSYS);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_MSync")]
    private static int MSync(void* address, ulong length, int flags) => 0;

    /// <summary>The one advice there is keeps pages from child processes, of which there are none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_MAdvise")]
    private static int MAdvise(void* address, ulong length, int advice) => 0;
}
