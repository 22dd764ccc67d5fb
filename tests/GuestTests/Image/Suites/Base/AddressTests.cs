using System.Net;
using System.Net.Sockets;

namespace MicroLake.GuestTests.Suites;

[Area("IPAddress, IPEndPoint, SocketAddress, Uri")]
public static class AddressTests
{
    [GuestTest]
    public static void Addresses_parse_and_print()
    {
        Check.Equal("192.0.2.7", IPAddress.Parse("192.0.2.7").ToString());
        Check.Equal("2001:db8::1", IPAddress.Parse("2001:0DB8:0:0::1").ToString());
        Check.That(!IPAddress.TryParse("256.1.1.1", out _));
        Check.That(IPNetwork.Parse("10.0.0.0/8").Contains(IPAddress.Parse("10.9.8.7")));
        Check.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 443), IPEndPoint.Parse("[::1]:443"));
    }

    [GuestTest]
    public static void End_points_survive_as_socket_addresses()
    {
        var scoped = new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3);
        foreach (IPEndPoint end in new IPEndPoint[] { new(IPAddress.Parse("192.0.2.7"), 65535), new(IPAddress.IPv6Loopback, 1), new(scoped, 80) })
        {
            SocketAddress address = end.Serialize();
            Check.Equal(end.AddressFamily, address.Family);
            Check.Equal(end, (IPEndPoint)new IPEndPoint(0, 0).Create(address));
        }
        Check.Throws<ArgumentException>(() => new IPEndPoint(0, 0).Create(new SocketAddress(AddressFamily.Unix, 32)));
    }

    [GuestTest]
    public static void A_Uri_has_its_parts()
    {
        var uri = new Uri(new Uri("https://example.org:8080/a/b?c=d#e"), "../f");
        Check.Equal("https://example.org:8080/f", uri.AbsoluteUri);
        Check.Equal(8080, uri.Port);
    }
}
