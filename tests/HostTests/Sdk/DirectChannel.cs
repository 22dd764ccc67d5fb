using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.HostTests.Sdk;

/// <summary>Hands messages from a client to a server without a kernel between them.</summary>
internal sealed class DirectChannel(IDispatcher server, int payloadBytes) : IChannel
{
    private readonly byte[] _payload = new byte[payloadBytes];

    /// <summary>Changes a call on its way.</summary>
    public Action<Wire>? OnCall { get; set; }

    /// <summary>Changes an answer on its way.</summary>
    public Action<Wire>? OnAnswer { get; set; }

    /// <summary>What the kernel says.</summary>
    public Status Status { get; set; }

    public Span<byte> Payload => _payload;

    public Status Call(ref Message message)
    {
        if (Status != Status.Ok)
            return Status;
        Wire wire = new() { Message = message, Payload = _payload };
        OnCall?.Invoke(wire);
        server.Dispatch(ref wire.Message, _payload);
        OnAnswer?.Invoke(wire);
        message = wire.Message;
        return Status.Ok;
    }

    internal sealed class Wire
    {
        public Message Message;

        public required byte[] Payload { get; init; }
    }
}
