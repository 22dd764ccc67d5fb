using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A network card of VIRTIO 1.2, 5.1, whose cable a test holds.</summary>
internal sealed class FakeCard : FakeVirtio
{
    private const int HeaderBytes = 12;

    public FakeCard(ulong ring = 0, int vectors = 3)
        : base(VirtioType.Network, ring | 1 << 5 | 1 << 16, 2, vectors)
    {
        new byte[] { 0x52, 0x54, 0, 1, 2, 3, 1, 0 }.CopyTo(Device, 0);
        Serve = (_, request, _) =>
        {
            lock (Sent)
                Sent.Add(request[HeaderBytes..]);
            return [];
        };
    }

    public List<byte[]> Sent { get; } = [];

    /// <summary>Memory for frames that come is kept until they do.</summary>
    public override void Process(int index)
    {
        if (index == 1)
            base.Process(index);
    }

    /// <summary>A frame comes. False: the driver has given no memory for it.</summary>
    public bool Deliver(ReadOnlySpan<byte> frame)
    {
        FakeQueue queue = Queues[0];
        if (queue.Pop() is not { } request)
            return false;
        byte[] content = new byte[HeaderBytes + frame.Length];
        frame.CopyTo(content.AsSpan(HeaderBytes));
        queue.Write(request, content);
        if (queue.Push(request.Id, request.Descriptors, (uint)content.Length))
            Interrupt(0);
        return true;
    }
}
