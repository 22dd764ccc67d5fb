using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Network;

/// <summary>
/// The socket calls of the base library (contracts: pal_networking.h of dotnet/runtime). There is no network stack, so no socket
/// can be made, and no descriptor that the other calls are given is one. A C caller cleans up its own arguments, so calls that
/// do not look at theirs declare none.
/// </summary>
internal static unsafe class UnavailableSockets
{
    /// <summary>No address family is supported, which becomes a SocketException that says so.</summary>
    [RuntimeExport("SystemNative_Socket")]
    private static int Socket(int family, int type, int protocol, nint* created)
    {
        *created = -1;
        return PalError.AddressFamilyNotSupported;
    }

    [RuntimeExport("SystemNative_Accept")]
    private static int Accept() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Bind")]
    private static int Bind() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Connect")]
    private static int Connect() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Connectx")]
    private static int Connectx() => PalError.NotASocket;

    [RuntimeExport("SystemNative_CreateNetworkChangeListenerSocket")]
    private static int CreateNetworkChangeListenerSocket() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Disconnect")]
    private static int Disconnect() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetAtOutOfBandMark")]
    private static int GetAtOutOfBandMark() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetBytesAvailable")]
    private static int GetBytesAvailable() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetIPv4MulticastOption")]
    private static int GetIPv4MulticastOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetIPv6MulticastOption")]
    private static int GetIPv6MulticastOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetLingerOption")]
    private static int GetLingerOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetPeerName")]
    private static int GetPeerName() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetRawSockOpt")]
    private static int GetRawSockOpt() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetSockName")]
    private static int GetSockName() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetSockOpt")]
    private static int GetSockOpt() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetSocketErrorOption")]
    private static int GetSocketErrorOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_GetSocketType")]
    private static int GetSocketType() => PalError.NotASocket;

    [RuntimeExport("SystemNative_ReadEvents")]
    private static int ReadEvents() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Listen")]
    private static int Listen() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Receive")]
    private static int Receive() => PalError.NotASocket;

    [RuntimeExport("SystemNative_ReceiveMessage")]
    private static int ReceiveMessage() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Select")]
    private static int Select() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Send")]
    private static int Send() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SendFile")]
    private static int SendFile() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SendMessage")]
    private static int SendMessage() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetIPv4MulticastOption")]
    private static int SetIPv4MulticastOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetIPv6MulticastOption")]
    private static int SetIPv6MulticastOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetLingerOption")]
    private static int SetLingerOption() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetRawSockOpt")]
    private static int SetRawSockOpt() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetReceiveTimeout")]
    private static int SetReceiveTimeout() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetSendTimeout")]
    private static int SetSendTimeout() => PalError.NotASocket;

    [RuntimeExport("SystemNative_SetSockOpt")]
    private static int SetSockOpt() => PalError.NotASocket;

    [RuntimeExport("SystemNative_Shutdown")]
    private static int Shutdown() => PalError.NotASocket;

    /// <summary>Control messages come with sockets only: they need no room, and there are none.</summary>
    [RuntimeExport("SystemNative_GetControlMessageBufferSize")]
    private static int GetControlMessageBufferSize() => 0;

    [RuntimeExport("SystemNative_TryGetIPPacketInformation")]
    private static int TryGetIPPacketInformation() => 0;

    // Only sockets and pipes are made non-blocking, and there are neither.
    [RuntimeExport("SystemNative_FcntlGetFD")]
    private static int FcntlGetFD() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_FcntlGetIsNonBlocking")]
    private static int FcntlGetIsNonBlocking() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_FcntlSetIsNonBlocking")]
    private static int FcntlSetIsNonBlocking() => Errno.Fail(Errno.NotSupported);
}
