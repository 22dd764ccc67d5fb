using System.Buffers.Binary;
using MicroLake.Drivers.Block;
using MicroLake.Drivers.Virtio;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.Storage;
using Xunit;

namespace MicroLake.HostTests.Drivers;

/// <summary>The driver of disks against a device of the specification.</summary>
public sealed class VirtioBlockTests
{
    private const ulong SegmentCount = 1 << 2, Flush = 1 << 9, ReadOnly = 1 << 5, BlockSize = 1 << 6, MultiQueue = 1 << 12, Discard = 1 << 13;
    private const ulong Indirect = 1 << 28, EventIndex = 1 << 29, Packed = 1ul << 34;

    public static TheoryData<ulong> Rings() => [0, Indirect, EventIndex, Indirect | EventIndex, Packed, Packed | Indirect, Packed | EventIndex, Packed | Indirect | EventIndex];

    [Theory]
    [MemberData(nameof(Rings))]
    public void What_was_written_is_read_whatever_the_ring(ulong ring)
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(ring | Flush | Discard);
        var random = new Random(1);
        byte[] model = new byte[device.Content.Length];
        for (int i = 0; i < 600; i++)
        {
            int sectors = random.Next(1, 9);
            int sector = random.Next(0, (int)disk.SectorCount - sectors);
            Span<byte> expected = model.AsSpan(sector * 512, sectors * 512);
            if (random.Next(2) == 0)
            {
                random.NextBytes(expected);
                disk.Write(sector, expected);
            }
            else
            {
                byte[] found = new byte[expected.Length];
                disk.Read(sector, found);
                Assert.Equal(expected.ToArray(), found);
            }
        }

        Assert.Equal(model, device.Content);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(Packed | Indirect | EventIndex)]
    public void A_long_transfer_goes_in_pieces(ulong ring)
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(ring, sectors: 8192);
        byte[] content = new byte[3 << 20];
        new Random(2).NextBytes(content);
        disk.Write(17, content);
        Assert.Equal(content, device.Content.AsSpan(17 * 512, content.Length).ToArray());
        byte[] found = new byte[content.Length];
        disk.Read(17, found);
        Assert.Equal(content, found);
    }

    [Theory]
    [InlineData(Indirect | SegmentCount, 64u, true)]
    [InlineData(Packed | Indirect | EventIndex | SegmentCount, 33u, true)]
    [InlineData(Indirect | SegmentCount, 32u, false)]
    [InlineData(Indirect, 64u, false)]
    [InlineData(SegmentCount, 64u, false)]
    public void What_is_long_lies_where_the_caller_has_it_if_the_device_takes_so_many_pieces(ulong features, uint mostSegments, bool isLent)
    {
        (VirtioBlock disk, FakeDisk device, FakeMachine machine) = Make(features, sectors: 8192, mostSegments: mostSegments);
        byte[] content = new byte[(1 << 20) + 4096], found = new byte[content.Length];
        new Random(4).NextBytes(content);
        disk.Write(3, content);
        disk.Read(3, found);
        Assert.Equal(content, found);
        Assert.Equal(isLent ? 2 * content.Length : 0, machine.LentBytes);
        disk.Read(3, found.AsSpan(0, 16 << 10));
        device.BadSector = 600;
        Assert.Contains("sectors 515 to 770 failed: the device has an input or output error", Assert.Throws<BlockDeviceException>(() => disk.Read(3, found)).Message, StringComparison.Ordinal);
        disk.Read(1024, found);
        Assert.Equal(content.AsSpan(1021 * 512), found.AsSpan(0, content.Length - 1021 * 512));
        disk.Dispose();
        Assert.Equal(0, machine.MemoryInUse);
    }

    [Fact]
    public void Memory_that_was_lent_is_let_go_of_after_the_reset_of_a_device_that_fails()
    {
        (VirtioBlock disk, FakeDisk device, FakeMachine machine) = Make(Indirect | SegmentCount, sectors: 8192, mostSegments: 64);
        int before = machine.MemoryInUse;
        device.IsGone = true;
        Assert.True(Assert.Throws<BlockDeviceException>(() => disk.Read(0, new byte[1 << 20])).IsGone);
        Assert.NotNull(disk.Device.Failure);
        Assert.Equal(before, machine.MemoryInUse);
    }

    [Theory]
    [InlineData(Indirect | EventIndex, 4)]
    [InlineData(Packed | EventIndex, 4)]
    [InlineData(Indirect, 0)]
    public void Requests_of_many_threads_are_in_flight_together(ulong ring, int vectors)
    {
        (VirtioBlock disk, FakeDisk device, FakeMachine machine) = Make(ring | MultiQueue, queues: 2, vectors: vectors, sectors: 4096, threads: true);
        device.AnswersLater = true;
        using var stop = new CancellationTokenSource();
        Thread answers = device.AnswerOnThread(stop.Token);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            byte[] mine = new byte[4096];
            byte[] found = new byte[4096];
            for (int i = 0; i < 40; i++)
            {
                mine.AsSpan().Fill((byte)(thread * 40 + i));
                disk.Write(thread * 8, mine);
                disk.Read(thread * 8, found);
                Assert.Equal(mine, found);
            }
        });
        Assert.Equal(machine.Processors, vectors == 0 ? machine.Processors : disk.Device.Queues.Count);
        stop.Cancel();
        answers.Join();
        disk.Dispose();
    }

    [Fact]
    public void Flush_and_discard_reach_the_device()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(Flush | Discard);
        disk.Flush();
        Assert.Equal(1, device.Flushes);
        disk.Discard(3, 5);
        Assert.Equal([(3ul, 5u)], device.Discards);
    }

    [Fact]
    public void A_long_discard_is_divided_as_the_device_asks()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(Discard, mostDiscard: 4);
        disk.Discard(0, 10);
        Assert.Equal([(0ul, 4u), (4ul, 4u), (8ul, 2u)], device.Discards);
    }

    [Fact]
    public void Sectors_are_as_long_as_the_device_says()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(BlockSize, sectorBytes: 4096);
        Assert.Equal(4096, disk.SectorBytes);
        Assert.Equal(device.Content.Length / 4096, disk.SectorCount);
        disk.Write(2, new byte[4096].Select(_ => (byte)7).ToArray());
        Assert.Equal(7, device.Content[8192]);
        Assert.Equal(0, device.Content[8191]);
    }

    [Fact]
    public void A_read_only_disk_is_not_written()
    {
        (VirtioBlock disk, _, _) = Make(ReadOnly);
        Assert.True(disk.IsReadOnly);
        BlockDeviceException error = Assert.Throws<BlockDeviceException>(() => disk.Write(0, new byte[512]));
        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sectors_beyond_the_end_are_refused_before_the_device_sees_them()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(0);
        int before = device.Requests;
        Assert.Throws<BlockDeviceException>(() => disk.Read(disk.SectorCount, new byte[512]));
        Assert.Throws<BlockDeviceException>(() => disk.Write(disk.SectorCount - 1, new byte[1024]));
        Assert.Throws<BlockDeviceException>(() => disk.Read(-1, new byte[512]));
        Assert.Throws<ArgumentException>(() => disk.Read(0, new byte[100]));
        Assert.Equal(before, device.Requests);
    }

    [Fact]
    public void An_error_of_the_device_names_the_sectors_and_the_disk_works_on()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(0);
        device.BadSector = 5;
        BlockDeviceException error = Assert.Throws<BlockDeviceException>(() => disk.Read(4, new byte[2048]));
        Assert.Equal("blk0: read of sectors 4 to 7 failed: the device has an input or output error", error.Message);
        Assert.False(error.IsGone);
        disk.Read(8, new byte[2048]);
    }

    [Fact]
    public void A_device_that_is_pulled_out_is_gone_for_all_that_follows()
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(0);
        device.IsGone = true;
        Assert.True(Assert.Throws<BlockDeviceException>(() => disk.Read(0, new byte[512])).IsGone);
        Assert.True(Assert.Throws<BlockDeviceException>(() => disk.Write(0, new byte[512])).IsGone);
    }

    [Theory]
    [InlineData(EventIndex)]
    [InlineData(Packed | EventIndex)]
    public void With_event_indices_pieces_share_notifications_and_interrupts(ulong ring)
    {
        (VirtioBlock disk, FakeDisk device, _) = Make(ring, sectors: 8192);
        disk.Read(0, new byte[1 << 20]);
        Assert.Equal(8, device.Requests);
        Assert.True(device.Interrupts <= 8);
    }

    private static (VirtioBlock, FakeDisk, FakeMachine) Make(
        ulong features, int queues = 1, int vectors = 3, int sectors = 2048, int sectorBytes = 512, uint mostDiscard = 1000, bool threads = false, uint mostSegments = 0)
    {
        var machine = new FakeMachine { Processors = queues, WaitsForReal = threads };
        var device = new FakeDisk(features, queues, vectors, sectors, sectorBytes, mostDiscard);
        BinaryPrimitives.WriteUInt32LittleEndian(device.Device.AsSpan(12), mostSegments);
        return (new VirtioBlock(machine.Add(device), "blk0"), device, machine);
    }
}
