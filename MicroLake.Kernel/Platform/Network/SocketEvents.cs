using System.Runtime;
using MicroLake.Platform.Memory;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Network;

/// <summary>
/// What the base library waits on for its sockets (contracts: pal_networking.h of dotnet/runtime). It makes its event port before
/// its first socket, so the port must exist although there are no sockets; nothing ever happens on it.
/// </summary>
internal static unsafe class SocketEvents
{
    /// <summary>There is one port, and no descriptor has its number.</summary>
    private const nint Port = int.MaxValue;

    /// <summary>Bytes of the contract's SocketEvent: data, events, padding.</summary>
    private const nuint EventBytes = 16;

    [RuntimeExport("SystemNative_CreateSocketEventPort")]
    private static int CreatePort(nint* port)
    {
        *port = Port;
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_CloseSocketEventPort")]
    private static int ClosePort(nint port) => PalError.Success;

    [RuntimeExport("SystemNative_CreateSocketEventBuffer")]
    private static int CreateBuffer(int count, void** buffer)
    {
        *buffer = count < 0 ? null : Heap.AllocateZeroed((nuint)count, EventBytes);
        return *buffer == null ? PalError.OutOfMemory : PalError.Success;
    }

    [RuntimeExport("SystemNative_FreeSocketEventBuffer")]
    private static int FreeBuffer(void* buffer)
    {
        Heap.Free(buffer);
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_TryChangeSocketEventRegistration")]
    private static int ChangeRegistration() => PalError.NotASocket;

    /// <summary>Waits for ever. The caller is a background thread of its own.</summary>
    [RuntimeExport("SystemNative_WaitForSocketEvents")]
    private static int Wait()
    {
        while (true)
            KernelCall.SleepUntil(ulong.MaxValue);
    }
}
