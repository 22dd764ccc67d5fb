using System.Runtime;

namespace MicroLake.Platform.Network;

/// <summary>
/// Socket addresses as bytes, in Linux's layouts (sockaddr_in, sockaddr_in6, sockaddr_un): what SocketAddress and
/// IPEndPoint.Serialize stand on (contracts: pal_networking.h of dotnet/runtime). They need no network.
/// </summary>
internal static unsafe class SocketAddresses
{
    /// <summary>Bytes of sockaddr_storage.</summary>
    public const int LargestBytes = 128;

    /// <summary>Where the path of a sockaddr_un begins.</summary>
    public const int UnixPathOffset = 2;

    public const int UnixPathBytes = 108;

    private const int Ipv4Bytes = 16;
    private const int Ipv6Bytes = 28;
    private const int FamilyBytes = 2;
    private const int PortOffset = 2;
    private const int Ipv4AddressOffset = 4;
    private const int Ipv6AddressOffset = 8;
    private const int Ipv6AddressBytes = 16;
    private const int Ipv6ScopeOffset = 24;

    // Linux's numbers, which are also .NET's but for IPv6.
    private const ushort Unspecified = 0;
    private const ushort Unix = 1;
    private const ushort Ipv4 = 2;
    private const ushort Ipv6 = 10;
    private const int DotNetIpv6 = 23;
    private const int DotNetUnknown = -1;

    [RuntimeExport("SystemNative_GetSocketAddressSizes")]
    internal static int GetSizes(int* ipv4, int* ipv6, int* unix, int* largest)
    {
        *ipv4 = Ipv4Bytes;
        *ipv6 = Ipv6Bytes;
        *unix = UnixPathOffset + UnixPathBytes;
        *largest = LargestBytes;
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_GetMaximumAddressSize")]
    private static int GetMaximumSize() => LargestBytes;

    [RuntimeExport("SystemNative_GetDomainSocketSizes")]
    private static void GetDomainSocketSizes(int* pathOffset, int* pathSize, int* addressSize)
    {
        *pathOffset = UnixPathOffset;
        *pathSize = UnixPathBytes;
        *addressSize = UnixPathOffset + UnixPathBytes;
    }

    [RuntimeExport("SystemNative_GetAddressFamily")]
    internal static int GetFamily(byte* address, int length, int* family)
    {
        if (address == null || family == null || length < FamilyBytes)
            return PalError.BadAddress;
        ushort number = *(ushort*)address;
        *family = number switch
        {
            Unspecified or Unix or Ipv4 => number,
            Ipv6 => DotNetIpv6,
            _ => DotNetUnknown,
        };
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_SetAddressFamily")]
    internal static int SetFamily(byte* address, int length, int family)
    {
        if (address == null || length < FamilyBytes)
            return PalError.BadAddress;
        if (family is not (Unspecified or Unix or Ipv4 or DotNetIpv6))
            return PalError.AddressFamilyNotSupported;
        *(ushort*)address = family == DotNetIpv6 ? Ipv6 : (ushort)family;
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_GetPort")]
    internal static int GetPort(byte* address, int length, ushort* port)
    {
        int error = CheckInternet(address, length);
        if (error == PalError.Success)
            *port = (ushort)((address[PortOffset] << 8) | address[PortOffset + 1]);
        return error;
    }

    [RuntimeExport("SystemNative_SetPort")]
    internal static int SetPort(byte* address, int length, ushort port)
    {
        int error = CheckInternet(address, length);
        if (error != PalError.Success)
            return error;
        address[PortOffset] = (byte)(port >> 8);
        address[PortOffset + 1] = (byte)port;
        return PalError.Success;
    }

    /// <summary>The address in network byte order.</summary>
    [RuntimeExport("SystemNative_GetIPv4Address")]
    internal static int GetIpv4(byte* address, int length, uint* value)
    {
        if (address == null || value == null || length < Ipv4Bytes)
            return PalError.BadAddress;
        if (*(ushort*)address != Ipv4)
            return PalError.InvalidArgument;
        *value = *(uint*)(address + Ipv4AddressOffset);
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_SetIPv4Address")]
    internal static int SetIpv4(byte* address, int length, uint value)
    {
        if (address == null || length < Ipv4Bytes)
            return PalError.BadAddress;
        *(ushort*)address = Ipv4;
        *(uint*)(address + Ipv4AddressOffset) = value;
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_GetIPv6Address")]
    internal static int GetIpv6(byte* address, int length, byte* value, int valueLength, uint* scope)
    {
        if (address == null || value == null || scope == null || length < Ipv6Bytes || valueLength < Ipv6AddressBytes)
            return PalError.BadAddress;
        if (*(ushort*)address != Ipv6)
            return PalError.InvalidArgument;
        for (int i = 0; i < Ipv6AddressBytes; i++)
            value[i] = address[Ipv6AddressOffset + i];
        *scope = *(uint*)(address + Ipv6ScopeOffset);
        return PalError.Success;
    }

    [RuntimeExport("SystemNative_SetIPv6Address")]
    internal static int SetIpv6(byte* address, int length, byte* value, int valueLength, uint scope)
    {
        if (address == null || value == null || length < Ipv6Bytes || valueLength < Ipv6AddressBytes)
            return PalError.BadAddress;
        *(ushort*)address = Ipv6;
        for (int i = 0; i < Ipv6AddressBytes; i++)
            address[Ipv6AddressOffset + i] = value[i];
        *(uint*)(address + Ipv6ScopeOffset) = scope;
        return PalError.Success;
    }

    private static int CheckInternet(byte* address, int length)
    {
        if (address == null || length < FamilyBytes)
            return PalError.BadAddress;
        int bytes = *(ushort*)address switch
        {
            Ipv4 => Ipv4Bytes,
            Ipv6 => Ipv6Bytes,
            _ => 0,
        };
        if (bytes == 0)
            return PalError.AddressFamilyNotSupported;
        return length < bytes ? PalError.BadAddress : PalError.Success;
    }
}
