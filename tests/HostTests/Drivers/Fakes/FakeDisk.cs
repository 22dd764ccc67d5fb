using System.Buffers.Binary;
using System.Collections.Concurrent;
using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A disk of VIRTIO 1.2, 5.2, in memory.</summary>
internal sealed class FakeDisk : FakeVirtio
{
    private readonly BlockingCollection<int> _later = [];
    private int _requests;

    public FakeDisk(ulong features, int queues, int vectors, int sectors, int sectorBytes, uint mostDiscard)
        : base(VirtioType.Block, features, queues, vectors)
    {
        Content = new byte[sectors * 512];
        BinaryPrimitives.WriteUInt64LittleEndian(Device, (ulong)sectors);
        BinaryPrimitives.WriteInt32LittleEndian(Device.AsSpan(20), sectorBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(Device.AsSpan(34), (ushort)queues);
        BinaryPrimitives.WriteUInt32LittleEndian(Device.AsSpan(36), mostDiscard);
        Serve = (_, request, writable) => Do(request, writable);
    }

    public byte[] Content { get; }

    public int Flushes { get; private set; }

    public List<(ulong Sector, uint Count)> Discards { get; } = [];

    public int Requests => _requests;

    public long BadSector { get; set; } = -1;

    /// <summary>Answers come from <see cref="AnswerOnThread"/>, while drivers' threads wait.</summary>
    public bool AnswersLater { get; set; }

    public Thread AnswerOnThread(CancellationToken stop)
    {
        var thread = new Thread(() =>
        {
            try
            {
                foreach (int index in _later.GetConsumingEnumerable(stop))
                    base.Process(index);
            }
            catch (OperationCanceledException)
            {
            }
        });
        thread.Start();
        return thread;
    }

    public override void Process(int index)
    {
        if (AnswersLater)
            _later.Add(index);
        else
            base.Process(index);
    }

    private byte[] Do(byte[] request, int writable)
    {
        Interlocked.Increment(ref _requests);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(request);
        ulong sector = BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(8));
        int at = (int)sector * 512;
        byte[] answer = new byte[writable];
        int data = type == 0 ? writable - 1 : request.Length - 16;
        if (BadSector >= (long)sector && BadSector < (long)sector + data / 512)
        {
            answer[^1] = 1;
            return answer;
        }

        switch (type)
        {
            case 0:
                Content.AsSpan(at, data).CopyTo(answer);
                break;
            case 1:
                request.AsSpan(16).CopyTo(Content.AsSpan(at));
                break;
            case 4:
                Flushes++;
                break;
            case 11:
                Discards.Add((BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(16)), BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(24))));
                break;
            default:
                answer[^1] = 2;
                break;
        }

        return answer;
    }
}
