using MicroLake.Benchmarks;
using MicroLake.Drivers;
using MicroLake.Drivers.Block;

namespace MicroLake.Kernel;

/// <summary>Reads of the first disk, past every file system: nothing on it changes.</summary>
/// <param name="bytes">Bytes of a read.</param>
/// <param name="isRandom">Whether each read is somewhere else; otherwise each goes on where the last one ended.</param>
internal sealed class DiskTransfer(string name, string summary, int bytes, bool isRandom) : BatchBenchmark(name, summary, BytesOfBatch / bytes)
{
    private const int BytesOfBatch = 2 << 20;

    private readonly byte[] _buffer = new byte[bytes];
    private readonly Random _random = new(1);
    private VirtioBlock _disk = null!;
    private long _next;

    /// <summary>None where there is no disk.</summary>
    public static IReadOnlyList<DiskTransfer> All() => DeviceRegistry.Current.All<VirtioBlock>().Count == 0
        ? []
        :
        [
            new("blk.read_4kib_random", "4 KiB read from the disk, anywhere", 4 << 10, isRandom: true),
            new("blk.read_1mib_sequential", "1 MiB read from the disk, one after the other", 1 << 20, isRandom: false),
        ];

    protected override void Begin()
    {
        _disk = DeviceRegistry.Current.All<VirtioBlock>()[0];
        if (Places == 0)
            throw new IOException($"{Name}: {_disk.Name} has less than {bytes} bytes");
    }

    protected override void Operate(long count)
    {
        for (long i = 0; i < count; i++)
        {
            long place = isRandom ? _random.NextInt64(Places) : _next++ % Places;
            _disk.Read(place * (bytes / _disk.SectorBytes), _buffer);
        }
    }

    private long Places => _disk.SectorCount / (bytes / _disk.SectorBytes);
}
