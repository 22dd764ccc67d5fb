using System.Net.Sockets;

namespace MicroLake.ConsoleTests.Devices;

/// <summary>The other end of the guest's network: a datagram is a frame.</summary>
internal sealed class NetworkCable : IDisposable
{
    /// <summary>Turns a hang into a failure.</summary>
    private const int LimitMilliseconds = 60_000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = LimitMilliseconds };
    private readonly string _guest;
    private readonly string _host;

    public NetworkCable(string folder)
    {
        _guest = Path.Combine(folder, "guest.sock");
        _host = Path.Combine(folder, "host.sock");
        _socket.Bind(new UnixDomainSocketEndPoint(_host));
    }

    /// <summary>What QEMU has to be started with.</summary>
    public string[] Arguments =>
    [
        "-netdev", $"dgram,id=cable,local.type=unix,local.path={_guest},remote.type=unix,remote.path={_host}",
        "-device", "virtio-net-pci,netdev=cable,mac=52:54:00:12:34:56",
    ];

    /// <summary>Sends a frame and returns the one that comes back.</summary>
    public byte[] Ask(byte[] frame)
    {
        _socket.SendTo(frame, new UnixDomainSocketEndPoint(_guest));
        byte[] answer = new byte[2048];
        return answer[.._socket.Receive(answer)];
    }

    public void Dispose() => _socket.Dispose();
}
