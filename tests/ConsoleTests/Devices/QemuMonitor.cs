using System.Net.Sockets;
using System.Text.Json;

namespace MicroLake.ConsoleTests.Devices;

/// <summary>QEMU's machine protocol over a socket in the file system.</summary>
internal sealed class QemuMonitor : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly List<string> _events = [];

    public QemuMonitor(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        var stream = new NetworkStream(_socket);
        _reader = new StreamReader(stream);
        _writer = new StreamWriter(stream) { AutoFlush = true };
        _ = _reader.ReadLine();
        Execute("""{"execute":"qmp_capabilities"}""");
    }

    /// <summary>Says how much memory the guest should keep.</summary>
    public void SetBalloon(long bytes) => Execute("""{"execute":"balloon","arguments":{"value":""" + bytes + "}}");

    /// <summary>Asks the guest to let a device go.</summary>
    public void RemoveDevice(string id) => Execute("""{"execute":"device_del","arguments":{"id":"@"}}""".Replace("@", id, StringComparison.Ordinal));

    /// <summary>What QEMU has to be started with.</summary>
    public static string[] Arguments(string path) => ["-qmp", $"unix:{path},server=on,wait=off"];

    /// <summary>Runs a command; events in between are kept.</summary>
    private void Execute(string command)
    {
        _writer.WriteLine(command);
        while (true)
        {
            string line = ReadLine(command);
            using JsonDocument answer = JsonDocument.Parse(line);
            if (answer.RootElement.TryGetProperty("error", out _))
                throw new IOException($"{command}: {line}");
            if (answer.RootElement.TryGetProperty("return", out _))
                return;
            _events.Add(line);
        }
    }

    /// <summary>Waits for an event about a device.</summary>
    public void WaitForEvent(string name, string device)
    {
        while (!_events.Exists(line => line.Contains(name, StringComparison.Ordinal) && line.Contains($"\"{device}\"", StringComparison.Ordinal)))
            _events.Add(ReadLine(name));
    }

    private string ReadLine(string what) => _reader.ReadLine() ?? throw new IOException($"QEMU has left before {what}");

    public void Dispose() => _socket.Dispose();
}
