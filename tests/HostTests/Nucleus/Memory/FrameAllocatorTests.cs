using MicroLake.Nucleus.Memory;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Memory;

public sealed unsafe class FrameAllocatorTests : IDisposable
{
    private readonly List<NativeBuffer> _buffers = [];

    public void Dispose() => _buffers.ForEach(b => b.Dispose());

    [Fact]
    public void Everything_is_reserved_until_it_is_added()
    {
        FrameAllocator allocator = Create(1000);
        Assert.Equal(0UL, allocator.FreeFrames);
        Assert.Equal(-1, allocator.LargestFreeOrder);
        Assert.False(allocator.TryAllocate(0, out _));
        Assert.False(allocator.TryAllocateContiguous(1, FrameAllocator.NoLimit, out _));
        Assert.False(allocator.Free(0, 0));
    }

    [Fact]
    public void Bookkeeping_costs_at_most_sixteen_bytes_a_frame()
    {
        Assert.InRange(FrameAllocator.MetadataBytes(1 << 20), 1UL, 16UL << 20);
        Assert.Equal(0UL, FrameAllocator.MetadataBytes(1003) % 8);
    }

    [Fact]
    public void Bookkeeping_stays_inside_its_memory()
    {
        const ulong Count = 1003;
        ulong bytes = FrameAllocator.MetadataBytes(Count);
        var buffer = new NativeBuffer(bytes + 64);
        _buffers.Add(buffer);
        FrameAllocator allocator = default;
        Assert.True(allocator.Initialize(buffer.Pointer, Count));
        Assert.True(allocator.AddRange(0, Count));
        while (allocator.TryAllocate(0, out _)) { }
        for (ulong i = bytes; i < bytes + 64; i++)
            Assert.Equal(0xA5, buffer.Pointer[i]);
    }

    [Fact]
    public void Bad_bookkeeping_memory_is_refused()
    {
        var buffer = new NativeBuffer(4096);
        _buffers.Add(buffer);
        FrameAllocator allocator = default;
        Assert.False(allocator.Initialize(null, 10));
        Assert.False(allocator.Initialize(buffer.Pointer + 1, 10));
        Assert.False(allocator.Initialize(buffer.Pointer, uint.MaxValue));
    }

    [Fact]
    public void Blocks_are_aligned_to_their_size_and_do_not_overlap()
    {
        FrameAllocator allocator = Create(4096, (3, 4000));
        var seen = new HashSet<ulong>();
        foreach (int order in new[] { 0, 3, 1, 5, 0, 9, 2 })
        {
            Assert.True(allocator.TryAllocate(order, out ulong frame));
            Assert.Equal(0UL, frame & ((1UL << order) - 1));
            for (ulong i = 0; i < 1UL << order; i++)
            {
                Assert.InRange(frame + i, 3UL, 4002UL);
                Assert.True(seen.Add(frame + i));
            }
        }
        Assert.Equal(4000UL - (ulong)seen.Count, allocator.FreeFrames);
    }

    [Fact]
    public void Free_refuses_misuse_and_changes_nothing()
    {
        FrameAllocator allocator = Create(1024, (0, 1024));
        Assert.True(allocator.TryAllocate(3, out ulong frame));
        ulong free = allocator.FreeFrames;
        Assert.False(allocator.Free(frame, 2));
        Assert.False(allocator.Free(frame, 4));
        Assert.False(allocator.Free(frame + 1, 0));
        Assert.False(allocator.Free(frame + 8, 3));
        Assert.False(allocator.Free(5000, 0));
        Assert.False(allocator.Free(ulong.MaxValue, 0));
        Assert.False(allocator.Free(frame, -1));
        Assert.False(allocator.Free(frame, 19));
        Assert.Equal(free, allocator.FreeFrames);
        Assert.True(allocator.Free(frame, 3));
        Assert.False(allocator.Free(frame, 3));
        Assert.Equal(1024UL, allocator.FreeFrames);
    }

    [Fact]
    public void AddRange_refuses_overlap_and_bad_ranges_and_changes_nothing()
    {
        FrameAllocator allocator = Create(1024, (100, 100));
        Assert.False(allocator.AddRange(199, 1));
        Assert.False(allocator.AddRange(50, 51));
        Assert.False(allocator.AddRange(150, 200));
        Assert.False(allocator.AddRange(1000, 25));
        Assert.False(allocator.AddRange(1024, 1));
        Assert.False(allocator.AddRange(10, 0));
        Assert.False(allocator.AddRange(10, ulong.MaxValue));
        Assert.Equal(100UL, allocator.TotalFrames);
        Assert.True(allocator.AddRange(200, 824));
        Assert.Equal(924UL, allocator.FreeFrames);
    }

    [Fact]
    public void Orders_out_of_range_are_refused()
    {
        FrameAllocator allocator = Create(1024, (0, 1024));
        Assert.False(allocator.TryAllocate(-1, out _));
        Assert.False(allocator.TryAllocate(19, out _));
        Assert.False(allocator.TryAllocate(11, out _));
        Assert.True(allocator.TryAllocate(10, out _));
    }

    [Fact]
    public void High_memory_is_used_first_and_low_memory_stays_for_devices()
    {
        const ulong FourGiB = FrameAllocator.FramesBelow4GiB;
        FrameAllocator allocator = Create(FourGiB + 4096, (16, 240), (4096, 4096), (FourGiB, 4096));
        Assert.True(allocator.TryAllocate(0, out ulong frame));
        Assert.InRange(frame, FourGiB, FourGiB + 4095);
        Assert.True(allocator.TryAllocateBelow(0, FourGiB, out frame));
        Assert.InRange(frame, 4096UL, 8191UL);
        Assert.True(allocator.TryAllocateBelow(0, 4096, out frame));
        Assert.InRange(frame, 16UL, 255UL);
        while (allocator.TryAllocate(0, out _)) { }
        Assert.Equal(0UL, allocator.FreeFrames);
    }

    [Fact]
    public void A_limit_inside_a_zone_is_kept()
    {
        FrameAllocator allocator = Create(8192, (8, 3000), (4096, 4096));
        Assert.True(allocator.TryAllocateBelow(3, 24, out ulong frame));
        Assert.True(frame is 8 or 16);
        Assert.True(allocator.TryAllocateBelow(3, 24, out ulong second));
        Assert.True(second is 8 or 16 && second != frame);
        Assert.False(allocator.TryAllocateBelow(0, 24, out _));
        Assert.False(allocator.TryAllocateBelow(0, 0, out _));
        Assert.True(allocator.TryAllocateBelow(0, 4097, out _));
    }

    [Fact]
    public void A_block_larger_than_what_a_limit_leaves_is_split()
    {
        FrameAllocator allocator = Create(4096, (0, 4096));
        Assert.True(allocator.TryAllocateBelow(4, 100, out ulong frame));
        Assert.Equal(0UL, frame);
        Assert.Equal(4096UL - 16, allocator.FreeFrames);
        Assert.True(allocator.Free(frame, 4));
        Assert.Equal(12, allocator.LargestFreeOrder);
    }

    [Fact]
    public void Contiguous_runs_return_their_rest_and_come_back_whole()
    {
        FrameAllocator allocator = Create(1024, (0, 1024));
        Assert.True(allocator.TryAllocateContiguous(37, FrameAllocator.NoLimit, out ulong first));
        Assert.Equal(1024UL - 37, allocator.FreeFrames);
        Assert.False(allocator.FreeContiguous(first, 35));
        Assert.False(allocator.FreeContiguous(first, 38));
        Assert.False(allocator.FreeContiguous(first + 1, 36));
        Assert.True(allocator.FreeContiguous(first, 37));
        Assert.False(allocator.FreeContiguous(first, 37));
        Assert.Equal(10, allocator.LargestFreeOrder);
    }

    [Fact]
    public void Contiguous_finds_a_run_that_no_single_block_holds()
    {
        // Frames 3 to 12: the largest aligned block has four frames.
        FrameAllocator allocator = Create(64, (3, 10));
        Assert.True(allocator.TryAllocateContiguous(10, FrameAllocator.NoLimit, out ulong first));
        Assert.Equal(3UL, first);
        Assert.Equal(0UL, allocator.FreeFrames);
        Assert.True(allocator.FreeContiguous(3, 10));
        Assert.True(allocator.TryAllocateContiguous(9, 12, out first));
        Assert.Equal(3UL, first);
        Assert.False(allocator.TryAllocateContiguous(2, FrameAllocator.NoLimit, out _));
    }

    [Fact]
    public void Contiguous_may_exceed_the_largest_block()
    {
        ulong frames = (1UL << FrameAllocator.MaximumOrder) + 5000;
        FrameAllocator allocator = Create(frames + 100, (50, frames));
        Assert.True(allocator.TryAllocateContiguous(frames, FrameAllocator.NoLimit, out ulong first));
        Assert.Equal(50UL, first);
        Assert.Equal(0UL, allocator.FreeFrames);
        Assert.True(allocator.FreeContiguous(first, frames));
        Assert.Equal(frames, allocator.FreeFrames);
        Assert.False(allocator.TryAllocateContiguous(frames + 1, FrameAllocator.NoLimit, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_use_never_overlaps_and_coalesces_back_to_the_start(int seed)
    {
        const ulong Count = 9000;
        var random = new Random(seed);
        (ulong First, ulong Count)[] ranges = [(1, 158), (256, 3500), (4000, 4900)];
        FrameAllocator allocator = Create(Count, ranges);
        ulong total = allocator.FreeFrames;
        int[] blocksAtStart = Shape(ranges);

        bool[] taken = new bool[Count];
        Array.Fill(taken, true);
        foreach ((ulong first, ulong count) in ranges)
            Array.Fill(taken, false, (int)first, (int)count);

        var held = new List<(ulong Frame, int Order, ulong Frames)>();
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Next(100) < (step / 4000 % 2 == 0 ? 60 : 40))
            {
                int order = random.Next(7);
                ulong frames = 1UL << order;
                ulong limit = random.Next(3) switch { 0 => FrameAllocator.NoLimit, 1 => 4096, _ => (ulong)random.Next((int)Count) };
                ulong frame;
                bool done;
                if (random.Next(4) == 0)
                {
                    order = -1;
                    frames = (ulong)random.Next(1, 200);
                    done = allocator.TryAllocateContiguous(frames, limit, out frame);
                    Assert.Equal(HasRun(taken, frames, limit, 1), done);
                }
                else
                {
                    done = allocator.TryAllocateBelow(order, limit, out frame);
                    Assert.Equal(HasRun(taken, frames, limit, frames), done);
                    Assert.True(!done || frame % frames == 0);
                }
                if (!done)
                    continue;
                Assert.True(frame + frames <= limit);
                for (ulong i = frame; i < frame + frames; i++)
                {
                    Assert.False(taken[i]);
                    taken[i] = true;
                }
                held.Add((frame, order, frames));
            }
            else if (held.Count > 0)
            {
                int index = random.Next(held.Count);
                (ulong frame, int order, ulong frames) = held[index];
                held.RemoveAt(index);
                Assert.True(order < 0 ? allocator.FreeContiguous(frame, frames) : allocator.Free(frame, order));
                Array.Fill(taken, false, (int)frame, (int)frames);
            }
            if (step % 16 == 0)
                Assert.Equal((ulong)taken.Count(t => !t), allocator.FreeFrames);
        }
        foreach ((ulong frame, int order, ulong frames) in held)
            Assert.True(order < 0 ? allocator.FreeContiguous(frame, frames) : allocator.Free(frame, order));

        Assert.Equal(total, allocator.FreeFrames);
        Assert.Equal(total, allocator.TotalFrames);
        Assert.Equal(blocksAtStart, Drain(ref allocator));
    }

    private FrameAllocator Create(ulong frameCount, params (ulong First, ulong Count)[] ranges)
    {
        var buffer = new NativeBuffer(FrameAllocator.MetadataBytes(frameCount));
        _buffers.Add(buffer);
        FrameAllocator allocator = default;
        Assert.True(allocator.Initialize(buffer.Pointer, frameCount));
        foreach ((ulong first, ulong count) in ranges)
            Assert.True(allocator.AddRange(first, count));
        return allocator;
    }

    /// <summary>How many blocks of each order a fresh allocator over these ranges has.</summary>
    private int[] Shape((ulong First, ulong Count)[] ranges)
    {
        FrameAllocator fresh = Create(9000, ranges);
        return Drain(ref fresh);
    }

    /// <summary>Takes everything, largest first, and counts the blocks of each order.</summary>
    private static int[] Drain(ref FrameAllocator allocator)
    {
        int[] counts = new int[FrameAllocator.MaximumOrder + 1];
        while (allocator.LargestFreeOrder is var order and >= 0)
        {
            Assert.True(allocator.TryAllocate(order, out _));
            counts[order]++;
        }
        return counts;
    }

    private static bool HasRun(bool[] taken, ulong frames, ulong limit, ulong alignment)
    {
        ulong end = Math.Min(limit, (ulong)taken.Length);
        for (ulong first = 0; first + frames <= end; first += alignment)
        {
            ulong i = 0;
            while (i < frames && !taken[first + i])
                i++;
            if (i == frames)
                return true;
            if (alignment == 1)
                first += i;
        }
        return false;
    }
}
