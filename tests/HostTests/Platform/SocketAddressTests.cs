using System.Net;
using System.Net.Sockets;
using MicroLake.Platform.Network;
using Xunit;

namespace MicroLake.HostTests.Platform;

/// <summary>Socket addresses byte for byte as .NET on Linux makes them, and refusal of what does not fit.</summary>
public sealed unsafe class SocketAddressTests
{
    private const int Large = 128;

    [Theory]
    [InlineData("192.0.2.7", 65535)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("::1", 443)]
    [InlineData("fe80::1:2%7", 1)]
    public void The_bytes_are_those_of_Linux(string text, ushort port)
    {
        var address = IPAddress.Parse(text);
        SocketAddress linux = new IPEndPoint(address, port).Serialize();
        byte* bytes = stackalloc byte[Large];
        new Span<byte>(bytes, Large).Clear();
        byte[] value = address.GetAddressBytes();
        fixed (byte* start = value)
        {
            Assert.Equal(0, value.Length == 4
                ? SocketAddresses.SetIpv4(bytes, linux.Size, *(uint*)start)
                : SocketAddresses.SetIpv6(bytes, linux.Size, start, value.Length, (uint)address.ScopeId));
        }
        Assert.Equal(0, SocketAddresses.SetPort(bytes, linux.Size, port));
        Assert.Equal(linux.Buffer.Span[..linux.Size], new Span<byte>(bytes, linux.Size));

        int family;
        ushort readPort;
        Assert.Equal(0, SocketAddresses.GetFamily(bytes, linux.Size, &family));
        Assert.Equal(address.AddressFamily, (AddressFamily)family);
        Assert.Equal(0, SocketAddresses.GetPort(bytes, linux.Size, &readPort));
        Assert.Equal(port, readPort);
        if (value.Length == 4)
        {
            uint read;
            Assert.Equal(0, SocketAddresses.GetIpv4(bytes, linux.Size, &read));
            Assert.Equal(BitConverter.ToUInt32(value), read);
            return;
        }
        byte* readBytes = stackalloc byte[16];
        uint scope;
        Assert.Equal(0, SocketAddresses.GetIpv6(bytes, linux.Size, readBytes, 16, &scope));
        Assert.Equal(value, new Span<byte>(readBytes, 16));
        Assert.Equal(address.ScopeId, scope);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        byte* bytes = stackalloc byte[Large];
        new Span<byte>(bytes, Large).Clear();
        uint number;
        ushort port;
        int family;
        Assert.Equal(PalError.AddressFamilyNotSupported, SocketAddresses.SetFamily(bytes, 16, 77));
        Assert.Equal(PalError.AddressFamilyNotSupported, SocketAddresses.GetPort(bytes, 16, &port));
        Assert.Equal(0, SocketAddresses.SetFamily(bytes, 16, (int)AddressFamily.InterNetworkV6));
        Assert.Equal(PalError.BadAddress, SocketAddresses.SetPort(bytes, 27, 1));
        Assert.Equal(PalError.InvalidArgument, SocketAddresses.GetIpv4(bytes, 16, &number));
        Assert.Equal(PalError.BadAddress, SocketAddresses.SetIpv4(bytes, 15, 1));
        Assert.Equal(PalError.BadAddress, SocketAddresses.SetIpv6(bytes, 28, bytes, 15, 0));
        Assert.Equal(PalError.BadAddress, SocketAddresses.GetFamily(bytes, 1, &family));
        *(ushort*)bytes = 999;
        Assert.Equal(0, SocketAddresses.GetFamily(bytes, 16, &family));
        Assert.Equal((int)AddressFamily.Unknown, family);
    }

    [Fact]
    public void Sizes_are_those_of_Linux()
    {
        int ipv4, ipv6, unix, largest;
        Assert.Equal(0, SocketAddresses.GetSizes(&ipv4, &ipv6, &unix, &largest));
        Assert.Equal((16, 28, 110, 128), (ipv4, ipv6, unix, largest));
    }
}
