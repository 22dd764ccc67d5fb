using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Watching for changes of files is not supported: FileSystemWatcher says so when it starts.</summary>
internal static unsafe class WatchCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_INotifyInit")]
    private static nint INotifyInit() => Call.Result(Errno.ENOSYS);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_INotifyAddWatch")]
    private static int INotifyAddWatch(nint descriptor, byte* path, uint mask) => Call.Result(Errno.ENOSYS);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_INotifyRemoveWatch")]
    private static int INotifyRemoveWatch(nint descriptor, int watch) => Call.Result(Errno.ENOSYS);
}
