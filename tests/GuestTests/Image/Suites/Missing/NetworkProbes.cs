using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace MicroLake.GuestTests.Suites;

[Area("Sockets and DNS", Works = false)]
public static class NetworkProbes
{
    [GuestTest]
    public static string Opening_a_TCP_socket() =>
        Absent.Fails(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose());

    [GuestTest]
    public static string Opening_a_UDP_socket() => Absent.Fails(() => new UdpClient(9).Dispose());

    [GuestTest]
    public static string Connecting_a_TcpClient() => Absent.Fails(() =>
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, 9);
    });

    [GuestTest]
    public static string Resolving_a_name() => Absent.Fails(() => Dns.GetHostAddresses("example.invalid"));

    [GuestTest]
    public static string Listing_network_interfaces() =>
        Absent.Fails(() => GC.KeepAlive(NetworkInterface.GetAllNetworkInterfaces()));
}
