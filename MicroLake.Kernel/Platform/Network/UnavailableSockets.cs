using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Network;

/// <summary>
/// The socket calls of the base library (contracts: pal_networking.h of dotnet/runtime). There is no network stack, so each
/// gives the error of an address family that is not supported, which becomes a SocketException. A C caller cleans up its
/// own arguments, so none is declared.
/// </summary>
internal static class UnavailableSockets
{
    /// <summary>Error_EAFNOSUPPORT of pal_errno.h.</summary>
    private const int AddressFamilyNotSupported = 0x10005;

    [RuntimeExport("SystemNative_Bind")]
    private static int Bind() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_CloseSocketEventPort")]
    private static int CloseSocketEventPort() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Connect")]
    private static int Connect() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Connectx")]
    private static int Connectx() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_CreateNetworkChangeListenerSocket")]
    private static int CreateNetworkChangeListenerSocket() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_CreateSocketEventBuffer")]
    private static int CreateSocketEventBuffer() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_CreateSocketEventPort")]
    private static int CreateSocketEventPort() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Disconnect")]
    private static int Disconnect() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_FreeSocketEventBuffer")]
    private static int FreeSocketEventBuffer() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetAddressFamily")]
    private static int GetAddressFamily() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetBytesAvailable")]
    private static int GetBytesAvailable() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetIPv4Address")]
    private static int GetIPv4Address() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetIPv4MulticastOption")]
    private static int GetIPv4MulticastOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetIPv6Address")]
    private static int GetIPv6Address() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetIPv6MulticastOption")]
    private static int GetIPv6MulticastOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetLingerOption")]
    private static int GetLingerOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetPeerName")]
    private static int GetPeerName() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetPort")]
    private static int GetPort() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetSockName")]
    private static int GetSockName() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetSockOpt")]
    private static int GetSockOpt() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetSocketAddressSizes")]
    private static int GetSocketAddressSizes() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetSocketErrorOption")]
    private static int GetSocketErrorOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_GetSocketType")]
    private static int GetSocketType() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_ReadEvents")]
    private static int ReadEvents() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Receive")]
    private static int Receive() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_ReceiveMessage")]
    private static int ReceiveMessage() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Send")]
    private static int Send() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SendMessage")]
    private static int SendMessage() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetAddressFamily")]
    private static int SetAddressFamily() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetIPv4Address")]
    private static int SetIPv4Address() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetIPv4MulticastOption")]
    private static int SetIPv4MulticastOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetIPv6Address")]
    private static int SetIPv6Address() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetIPv6MulticastOption")]
    private static int SetIPv6MulticastOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetLingerOption")]
    private static int SetLingerOption() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetPort")]
    private static int SetPort() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetReceiveTimeout")]
    private static int SetReceiveTimeout() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetSendTimeout")]
    private static int SetSendTimeout() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_SetSockOpt")]
    private static int SetSockOpt() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Shutdown")]
    private static int Shutdown() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_Socket")]
    private static int Socket() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_TryChangeSocketEventRegistration")]
    private static int TryChangeSocketEventRegistration() => AddressFamilyNotSupported;

    [RuntimeExport("SystemNative_WaitForSocketEvents")]
    private static int WaitForSocketEvents() => AddressFamilyNotSupported;

    // Only sockets and pipes are made non-blocking, and there are neither.
    [RuntimeExport("SystemNative_FcntlGetFD")]
    private static int FcntlGetFD() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_FcntlGetIsNonBlocking")]
    private static int FcntlGetIsNonBlocking() => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("SystemNative_FcntlSetIsNonBlocking")]
    private static int FcntlSetIsNonBlocking() => Errno.Fail(Errno.NotSupported);
}
