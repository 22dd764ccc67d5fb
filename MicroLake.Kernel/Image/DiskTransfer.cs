using MicroLake.Benchmarks;
using MicroLake.Drivers;
using MicroLake.Drivers.Block;
using MicroLake.Storage;

namespace MicroLake.Kernel;

/// <summary>Reads and writes of the first disk, past every file system. Only a disk that says that it is there to be overwritten is written to.</summary>
/// <param name="bytes">Bytes of a transfer.</param>
/// <param name="isRandom">Whether each transfer is somewhere else; otherwise each goes on where the last one ended.</param>
internal sealed class DiskTransfer(string name, string summary, int bytes, bool isRandom, bool isWrite) : BatchBenchmark(name, summary, BytesOfBatch / bytes)
{
    private const int BytesOfBatch = 2 << 20;

    private readonly byte[] _buffer = new byte[bytes];
    private readonly Random _random = new(1);
    private VirtioBlock _disk = null!;
    private long _next;

    /// <summary>None where there is no disk.</summary>
    public static IReadOnlyList<DiskTransfer> All()
    {
        List<DiskTransfer> all = [];
        if (DeviceRegistry.Current.All<VirtioBlock>() is not [VirtioBlock disk, ..])
            return all;
        all.Add(new("blk.read_4kib_random", "4 KiB read from the disk, anywhere", 4 << 10, isRandom: true, isWrite: false));
        all.Add(new("blk.read_1mib_sequential", "1 MiB read from the disk, one after the other", 1 << 20, isRandom: false, isWrite: false));
        if (!ScratchDisk.Is(disk))
            return all;
        all.Add(new("blk.write_4kib_random", "4 KiB written to the disk, anywhere", 4 << 10, isRandom: true, isWrite: true));
        all.Add(new("blk.write_1mib_sequential", "1 MiB written to the disk, one after the other", 1 << 20, isRandom: false, isWrite: true));
        return all;
    }

    protected override void Begin()
    {
        _disk = DeviceRegistry.Current.All<VirtioBlock>()[0];
        if (Places < 2)
            throw new IOException($"{Name}: {_disk.Name} has less than {2 * bytes} bytes");
    }

    protected override void Operate(long count)
    {
        for (long i = 0; i < count; i++)
        {
            // The first place says what the disk is for.
            long sector = (1 + (isRandom ? _random.NextInt64(Places - 1) : _next++ % (Places - 1))) * (bytes / _disk.SectorBytes);
            if (isWrite)
                _disk.Write(sector, _buffer);
            else
                _disk.Read(sector, _buffer);
        }
    }

    private long Places => _disk.SectorCount / (bytes / _disk.SectorBytes);
}
