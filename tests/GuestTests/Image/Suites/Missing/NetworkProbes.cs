using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace MicroLake.GuestTests.Suites;

[Area("Sockets and DNS", Works = false)]
public static class NetworkProbes
{
    [GuestTest]
    public static string Opening_a_TCP_socket() =>
        Unsupported(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose());

    [GuestTest]
    public static string Opening_an_IPv6_socket() =>
        Unsupported(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp).Dispose());

    [GuestTest]
    public static string Opening_a_Unix_socket() =>
        Unsupported(() => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified).Dispose());

    [GuestTest]
    public static string Opening_a_UDP_socket() => Unsupported(() => new UdpClient(9).Dispose());

    [GuestTest]
    public static string Listening() => Unsupported(() => new TcpListener(IPAddress.Loopback, 9).Start());

    [GuestTest]
    public static string Connecting_a_TcpClient() => Unsupported(() =>
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, 9);
    });

    [GuestTest]
    public static string Asking_an_HTTP_server()
    {
        Where.OnlyInGuest();
        using var client = new HttpClient();
        try
        {
            client.GetAsync("http://127.0.0.1:9/").GetAwaiter().GetResult().Dispose();
        }
        catch (HttpRequestException e)
        {
            Check.That(e.InnerException is SocketException { SocketErrorCode: SocketError.AddressFamilyNotSupported }, e.ToString());
            return nameof(HttpRequestException);
        }
        throw new CheckException("it worked: move this test to the areas that work");
    }

    [GuestTest]
    public static string Resolving_a_name() => Absent.Fails(() => Dns.GetHostAddresses("example.invalid"));

    [GuestTest]
    public static string Listing_network_interfaces() =>
        Absent.Fails(() => GC.KeepAlive(NetworkInterface.GetAllNetworkInterfaces()));

    /// <summary>Holds that the exception says what is not supported.</summary>
    private static string Unsupported(Action use)
    {
        Where.OnlyInGuest();
        SocketException e = Check.Throws<SocketException>(use);
        Check.Equal(SocketError.AddressFamilyNotSupported, e.SocketErrorCode);
        return nameof(SocketException);
    }
}
