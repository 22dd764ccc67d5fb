using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A device that behaves for a while, then lies: in its registers, its features, its rings.</summary>
internal sealed class HostileVirtio : FakeVirtio
{
    private readonly Random _random;
    private readonly int _lieInRegisters;

    /// <summary>Makes of random content what could be an answer, from the request: for devices whose drivers believe nothing else.</summary>
    public Action<byte[], byte[]>? Shape { get; set; }

    /// <param name="configure">Writes an honest configuration; a fourth of the histories have another.</param>
    public HostileVirtio(VirtioType type, ulong features, int queues, int seed, Action<byte[]> configure)
        : base(type, features, queues, seed % 5 == 0 ? 0 : queues + 2)
    {
        _random = new Random(seed);
        configure(Device);
        // A third of the histories have honest registers, so that the rings are reached often.
        _lieInRegisters = seed % 3 == 0 ? 0 : _random.Next(4) switch { 0 => 5, 1 => 20, _ => 400 };
        if (_random.Next(10) == 0)
            _random.NextBytes(Configuration[0x40..0xc0]);
        if (seed % 4 == 0)
            _random.NextBytes(Device.AsSpan(0, _random.Next(60)));
    }

    protected override uint? OnRead(int offset, int bytes)
    {
        if (_lieInRegisters != 0 && _random.Next(_lieInRegisters) == 0)
        {
            if (_random.Next(20) == 0)
                IsGone = true;
            return _random.Next(3) switch { 0 => 0, 1 => (uint)_random.Next(0x400), _ => (uint)_random.NextInt64() };
        }

        return base.OnRead(offset, bytes);
    }

    protected override bool Answer(int index, FakeQueue queue, FakeRequest request)
    {
        byte[] content = new byte[_random.Next(3) == 0 ? _random.Next(request.Writable + 1) : request.Writable];
        _random.NextBytes(content);
        if (content.Length > 0 && _random.Next(4) != 0)
            content[^1] = 0;
        if (_random.Next(8) != 0)
            Shape?.Invoke(queue.Read(request), content);
        switch (_random.Next(30))
        {
            case 0:
                return queue.Push((ushort)_random.Next(0x10000), request.Descriptors, (uint)content.Length);
            case 1:
                return queue.Push(request.Id, request.Descriptors, (uint)_random.NextInt64());
            case 2:
                queue.MoveUsedIndex((ushort)_random.Next(0x10000));
                return true;
            case 3:
                _ = queue.Push(request.Id, request.Descriptors, 0);
                return queue.Push(request.Id, request.Descriptors, 0);
            case 4:
                Status |= (byte)VirtioStatus.NeedsReset;
                return true;
            case 5:
                IsGone = true;
                return false;
            case 6:
                return false;
            default:
                queue.Write(request, content);
                return queue.Push(request.Id, request.Descriptors, _random.Next(4) == 0 ? (uint)content.Length : (uint)request.Writable);
        }
    }
}
