using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>
/// The process calls of the base library (contracts: pal_process.h, pal_signal.h of dotnet/runtime). .NET programs here are
/// images of their own; nothing is started from within one, which System.Diagnostics.Process shows as a Win32Exception.
/// </summary>
internal static unsafe class UnavailableProcesses
{
    private const int ClockTicksPerSecond = 1;
    private const int PageSize = 2;

    [RuntimeExport("SystemNative_ForkAndExecProcess")]
    private static int ForkAndExecProcess() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_GetPriority")]
    private static int GetPriority() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_SetPriority")]
    private static int SetPriority() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_SchedGetAffinity")]
    private static int SchedGetAffinity() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_SchedSetAffinity")]
    private static int SchedSetAffinity() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_SetEUid")]
    private static int SetEUid() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_GetPeerID")]
    private static int GetPeerID() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_MkFifo")]
    private static int MkFifo() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_MkNod")]
    private static int MkNod() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_Kill")]
    private static int Kill() => Errno.Fail(Errno.NoSuchProcess);

    [RuntimeExport("SystemNative_WaitIdAnyExitedNoHangNoWait")]
    private static int WaitIdAnyExitedNoHangNoWait() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_WaitPidExitedNoHang")]
    private static int WaitPidExitedNoHang() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_GetGroupList")]
    private static int GetGroupList() => Errno.Fail(Errno.NotSupported);

    /// <summary>No child can end, so nobody is told.</summary>
    [RuntimeExport("SystemNative_RegisterForSigChld")]
    private static void RegisterForSigChld()
    {
    }

    [RuntimeExport("SystemNative_SetDelayedSigChildConsoleConfigurationHandler")]
    private static void SetDelayedSigChildConsoleConfigurationHandler()
    {
    }

    /// <summary>Names of pal_runtimeinformation.h, not those of the C library.</summary>
    [RuntimeExport("SystemNative_SysConf")]
    private static long SysConf(int name) => name switch
    {
        ClockTicksPerSecond => 100,
        PageSize => 4096,
        _ => Errno.Fail(Errno.InvalidArgument),
    };
}
