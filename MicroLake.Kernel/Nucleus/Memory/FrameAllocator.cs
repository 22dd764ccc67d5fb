using System.Numerics;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Binary buddy allocator of 4 KiB page frames (Knuth, The Art of Computer Programming, volume 1, 2.5).
/// Allocation and freeing take at most one step per order. Frames are numbers: physical address / 4096.
/// </summary>
/// <remarks>
/// Memory is kept in three zones (below 16 MiB, below 4 GiB, the rest), and the highest that can serve a
/// request does, so that memory for devices with narrow addresses is used last and found at once. Blocks
/// do not coalesce across a zone border.
/// <para>A frame costs nine bytes: two list links and one state byte. The caller holds a lock.</para>
/// </remarks>
public unsafe struct FrameAllocator
{
    /// <summary>Bytes of a page frame.</summary>
    public const ulong FrameSize = 4096;

    /// <summary>The largest block is 2^18 frames: 1 GiB.</summary>
    public const int MaximumOrder = 18;

    /// <summary>First frame number at or above 4 GiB; the usual limit of a device with 32-bit addresses.</summary>
    public const ulong FramesBelow4GiB = 1UL << 20;

    /// <summary>A limit that excludes no frame.</summary>
    public const ulong NoLimit = ulong.MaxValue;

    private const int OrderCount = MaximumOrder + 1;
    private const int ZoneCount = 3;
    private const ulong FramesBelow16MiB = 1UL << 12;
    private const uint None = uint.MaxValue;

    // State of a frame. Only the first frame of a block carries the block's order; walking by address
    // steps from one such head to the next. Reserved must be zero: the sweep skips zero words.
    private const byte Reserved = 0;
    private const byte Interior = 1;
    private const byte FreeHead = 0x40;
    private const byte AllocatedHead = 0x80;
    private const byte OrderMask = 0x1F;

    private struct Links
    {
        public uint Next;
        public uint Previous;
    }

    private Links* _links;
    private byte* _states;
    private ulong _frameCount;
    private ulong _freeFrames;
    private ulong _totalFrames;
    private fixed uint _heads[ZoneCount * OrderCount];
    private fixed uint _nonEmpty[ZoneCount];

    /// <summary>Frames that were handed to the allocator by <see cref="AddRange"/>.</summary>
    public readonly ulong TotalFrames => _totalFrames;

    /// <summary>Frames that are free now.</summary>
    public readonly ulong FreeFrames => _freeFrames;

    /// <summary>The largest order that <see cref="TryAllocate"/> can serve now, or -1.</summary>
    public readonly int LargestFreeOrder =>
        BitOperations.Log2((_nonEmpty[0] | _nonEmpty[1] | _nonEmpty[2]) << 1 | 1) - 1;

    /// <summary>Bytes of bookkeeping for frames 0 to <paramref name="frameCount"/> - 1 (less than 2^32), a multiple of 8.</summary>
    public static ulong MetadataBytes(ulong frameCount) =>
        frameCount * (ulong)sizeof(Links) + AlignUp(frameCount, 8);

    /// <summary>Starts with every frame reserved: nothing is free until <see cref="AddRange"/>.</summary>
    /// <param name="metadata"><see cref="MetadataBytes"/> bytes, aligned to 8, owned by the allocator from now on.</param>
    /// <param name="frameCount">One more than the highest frame number; less than 2^32.</param>
    /// <returns>False when the count is too large or the memory is null or misaligned.</returns>
    public bool Initialize(byte* metadata, ulong frameCount)
    {
        if (metadata is null || ((ulong)metadata & 7) != 0 || frameCount >= None)
            return false;
        _links = (Links*)metadata;
        _states = metadata + frameCount * (ulong)sizeof(Links);
        _frameCount = frameCount;
        _freeFrames = 0;
        _totalFrames = 0;
        for (int i = 0; i < ZoneCount * OrderCount; i++)
            _heads[i] = None;
        for (int i = 0; i < ZoneCount; i++)
            _nonEmpty[i] = 0;
        RawMemory.Fill(_states, AlignUp(frameCount, 8), Reserved);
        return true;
    }

    /// <summary>Makes reserved frames free.</summary>
    /// <returns>False, and nothing changed, when a frame is out of range or already belongs to the allocator.</returns>
    public bool AddRange(ulong firstFrame, ulong count)
    {
        if (count == 0 || firstFrame >= _frameCount || count > _frameCount - firstFrame)
            return false;
        if (SkipReserved(firstFrame, firstFrame + count) != firstFrame + count)
            return false;
        RawMemory.Fill(_states + firstFrame, count, Interior);
        _totalFrames += count;
        ReleaseRange(firstFrame, count);
        return true;
    }

    /// <summary>Takes 2^<paramref name="order"/> frames, aligned to their number.</summary>
    public bool TryAllocate(int order, out ulong frame) => TryAllocateBelow(order, NoLimit, out frame);

    /// <summary>Takes 2^<paramref name="order"/> aligned frames that all lie below <paramref name="limitFrame"/>.</summary>
    /// <remarks>O(log n) for limits at 16 MiB, at 4 GiB and above all memory; any other limit may walk the blocks of one zone.</remarks>
    public bool TryAllocateBelow(int order, ulong limitFrame, out ulong frame)
    {
        frame = 0;
        if ((uint)order > MaximumOrder)
            return false;
        for (int zone = ZoneCount - 1; zone >= 0; zone--)
        {
            uint candidates = ZoneEnd(zone) <= limitFrame ? _nonEmpty[zone] >> order : 0;
            if (candidates == 0)
                continue;
            int found = order + BitOperations.TrailingZeroCount(candidates);
            frame = _heads[zone * OrderCount + found];
            TakeFromFreeBlock(frame, found, order);
            return true;
        }
        for (int zone = ZoneCount - 1; zone >= 0; zone--)
        {
            if (ZoneStart(zone) < limitFrame && limitFrame < ZoneEnd(zone) && TrySweep(zone, order, limitFrame, out frame))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Takes any number of adjacent frames below <paramref name="limitFrame"/>, with no alignment beyond the
    /// frame. Give them back with <see cref="FreeContiguous"/>.
    /// </summary>
    /// <remarks>O(log n) while a block of the next power of two is free; otherwise one walk over all blocks, so it finds every run there is.</remarks>
    public bool TryAllocateContiguous(ulong frames, ulong limitFrame, out ulong first)
    {
        first = 0;
        if (frames == 0 || frames > _freeFrames)
            return false;
        if (frames <= 1UL << MaximumOrder)
        {
            int order = BitOperations.Log2(frames * 2 - 1);
            if (TryAllocateBelow(order, limitFrame, out first))
            {
                KeepPart(first, frames, 1UL << order);
                return true;
            }
        }
        return TrySweepRun(frames, limitFrame, out first);
    }

    /// <summary>Gives back a block as it was allocated.</summary>
    /// <returns>False, and nothing changed, for a frame or order that was not allocated so, or was freed before.</returns>
    public bool Free(ulong frame, int order)
    {
        if ((uint)order > MaximumOrder || frame >= _frameCount || _states[frame] != (AllocatedHead | order))
            return false;
        Release(frame, order);
        return true;
    }

    /// <summary>Gives back frames taken by <see cref="TryAllocateContiguous"/>.</summary>
    /// <returns>False, and nothing changed, unless the range is made of whole allocated blocks.</returns>
    public bool FreeContiguous(ulong first, ulong frames)
    {
        if (frames == 0 || first >= _frameCount || frames > _frameCount - first)
            return false;
        ulong end = first + frames;
        ulong frame = first;
        while (frame < end)
        {
            if ((_states[frame] & AllocatedHead) == 0)
                return false;
            frame += 1UL << (_states[frame] & OrderMask);
        }
        if (frame != end)
            return false;
        for (frame = first; frame < end;)
        {
            int order = _states[frame] & OrderMask;
            Release(frame, order);
            frame += 1UL << order;
        }
        return true;
    }

    // Zones.
    private static int ZoneOf(ulong frame) => frame >= FramesBelow4GiB ? 2 : frame >= FramesBelow16MiB ? 1 : 0;

    private static ulong ZoneStart(int zone) => zone == 2 ? FramesBelow4GiB : zone == 1 ? FramesBelow16MiB : 0;

    private readonly ulong ZoneEnd(int zone)
    {
        ulong end = zone == 2 ? ulong.MaxValue : zone == 1 ? FramesBelow4GiB : FramesBelow16MiB;
        return end < _frameCount ? end : _frameCount;
    }

    // Free lists.
    private void Push(ulong frame, int order)
    {
        int zone = ZoneOf(frame);
        uint head = _heads[zone * OrderCount + order];
        _links[frame].Next = head;
        _links[frame].Previous = None;
        if (head != None)
            _links[head].Previous = (uint)frame;
        _heads[zone * OrderCount + order] = (uint)frame;
        _nonEmpty[zone] |= 1u << order;
        _states[frame] = (byte)(FreeHead | order);
        _freeFrames += 1UL << order;
    }

    private void Unlink(ulong frame, int order)
    {
        int zone = ZoneOf(frame);
        uint next = _links[frame].Next;
        uint previous = _links[frame].Previous;
        if (next != None)
            _links[next].Previous = previous;
        if (previous != None)
            _links[previous].Next = next;
        else
        {
            _heads[zone * OrderCount + order] = next;
            if (next == None)
                _nonEmpty[zone] &= ~(1u << order);
        }
        _states[frame] = Interior;
        _freeFrames -= 1UL << order;
    }

    /// <summary>Frees a block whose frames are interior or its allocated head, joining it with free buddies.</summary>
    private void Release(ulong frame, int order)
    {
        _states[frame] = Interior;
        while (order < MaximumOrder)
        {
            ulong buddy = frame ^ (1UL << order);
            if (buddy >= _frameCount || _states[buddy] != (FreeHead | order) || ZoneOf(buddy) != ZoneOf(frame))
                break;
            Unlink(buddy, order);
            frame &= ~(1UL << order);
            order++;
        }
        Push(frame, order);
    }

    /// <summary>Splits a free block until its first 2^order frames stand alone, and marks those allocated.</summary>
    private void TakeFromFreeBlock(ulong frame, int blockOrder, int order)
    {
        Unlink(frame, blockOrder);
        while (blockOrder > order)
        {
            blockOrder--;
            Push(frame + (1UL << blockOrder), blockOrder);
        }
        _states[frame] = (byte)(AllocatedHead | order);
    }

    /// <summary>Order of the largest aligned block that starts at a frame, has at most so many frames and crosses no zone border.</summary>
    private static int LargestBlockAt(ulong frame, ulong count)
    {
        int bySize = BitOperations.Log2(count);
        int byAlignment = frame == 0 ? MaximumOrder : BitOperations.TrailingZeroCount(frame);
        int order = bySize < byAlignment ? bySize : byAlignment;
        if (order > MaximumOrder)
            order = MaximumOrder;
        while (ZoneOf(frame) != ZoneOf(frame + (1UL << order) - 1))
            order--;
        return order;
    }

    private void ReleaseRange(ulong first, ulong count)
    {
        while (count > 0)
        {
            int order = LargestBlockAt(first, count);
            Release(first, order);
            first += 1UL << order;
            count -= 1UL << order;
        }
    }

    /// <summary>Of <paramref name="held"/> frames that belong to no list, marks the first ones allocated and frees the rest.</summary>
    private void KeepPart(ulong first, ulong keep, ulong held)
    {
        ulong frame = first;
        ulong left = keep;
        while (left > 0)
        {
            int order = LargestBlockAt(frame, left);
            _states[frame] = (byte)(AllocatedHead | order);
            frame += 1UL << order;
            left -= 1UL << order;
        }
        ReleaseRange(frame, held - keep);
    }

    // Walks by address, for what the lists cannot answer.

    /// <summary>Looks through one zone from below for a free block whose first 2^order frames lie under the limit.</summary>
    private bool TrySweep(int zone, int order, ulong limit, out ulong frame)
    {
        ulong size = 1UL << order;
        frame = ZoneStart(zone);
        while ((frame = SkipReserved(frame, limit)) < limit && size <= limit - frame)
        {
            int blockOrder = _states[frame] & OrderMask;
            if ((_states[frame] & FreeHead) != 0 && blockOrder >= order)
            {
                TakeFromFreeBlock(frame, blockOrder, order);
                return true;
            }
            frame += 1UL << blockOrder;
        }
        frame = 0;
        return false;
    }

    /// <summary>Looks for adjacent free blocks that together hold enough frames.</summary>
    private bool TrySweepRun(ulong frames, ulong limit, out ulong first)
    {
        if (limit > _frameCount)
            limit = _frameCount;
        first = 0;
        ulong frame = 0;
        while (frame < limit)
        {
            if ((_states[frame] & FreeHead) != 0)
            {
                frame += 1UL << (_states[frame] & OrderMask);
                if (first + frames <= limit && frame - first >= frames)
                {
                    TakeRun(first, frames);
                    return true;
                }
                continue;
            }
            frame = _states[frame] == Reserved
                ? SkipReserved(frame, limit)
                : frame + (1UL << (_states[frame] & OrderMask));
            first = frame;
        }
        first = 0;
        return false;
    }

    private void TakeRun(ulong first, ulong frames)
    {
        ulong held = 0;
        while (held < frames)
        {
            int order = _states[first + held] & OrderMask;
            Unlink(first + held, order);
            held += 1UL << order;
        }
        KeepPart(first, frames, held);
    }

    /// <summary>The first frame in [frame, end) that is not reserved, or <paramref name="end"/>.</summary>
    private readonly ulong SkipReserved(ulong frame, ulong end)
    {
        while (frame < end)
        {
            if ((frame & 7) == 0 && end - frame >= 8 && *(ulong*)(_states + frame) == 0)
                frame += 8;
            else if (_states[frame] == Reserved)
                frame++;
            else
                break;
        }
        return frame;
    }

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
