using System.Buffers.Binary;
using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A console device of VIRTIO 1.2, 5.3: the second of its ports is there, with a name, once the driver is ready.</summary>
internal sealed class FakeConsole : FakeVirtio
{
    private const int ControlReceive = 2;
    private const int ControlTransmit = 3;

    public FakeConsole(bool isMultiport, int vectors = 8)
        : base(VirtioType.Console, isMultiport ? 2ul : 0, isMultiport ? 6 : 2, vectors)
    {
        Device[4] = 2;
        Serve = (queue, request, _) =>
        {
            if (queue == ControlTransmit)
                Control(request);
            else
                Written.Add((queue, request));
            return [];
        };
    }

    public List<(int Queue, byte[] Bytes)> Written { get; } = [];

    public List<(int Port, int Event)> Said { get; } = [];

    /// <summary>Memory for what comes is kept until it does.</summary>
    public override void Process(int index)
    {
        if (index % 2 == 1)
            base.Process(index);
    }

    public void Deliver(int index, ReadOnlySpan<byte> bytes)
    {
        FakeQueue queue = Queues[index];
        FakeRequest request = queue.Pop() ?? throw new InvalidOperationException("the driver has given no memory");
        queue.Write(request, bytes);
        if (queue.Push(request.Id, request.Descriptors, (uint)bytes.Length))
            Interrupt(index);
    }

    public void Tell(uint port, ushort what, ReadOnlySpan<byte> rest)
    {
        byte[] message = [.. new byte[8], .. rest];
        BinaryPrimitives.WriteUInt32LittleEndian(message, port);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), what);
        Deliver(ControlReceive, message);
    }

    private void Control(byte[] message)
    {
        Said.Add((BinaryPrimitives.ReadInt32LittleEndian(message), BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(4))));
        if (message[4] != 0)
            return;
        Tell(1, 1, []);
        Tell(1, 7, "log\e[2J"u8);
    }
}
