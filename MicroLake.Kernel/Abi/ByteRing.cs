using System.Threading;

namespace MicroLake.Abi;

/// <summary>
/// A stream of bytes in memory that two sides share: one writes, one reads. The counts only grow and wrap at 2^32; the data area is apart, its
/// length a power of two. What the other side writes is checked at every step: a count that cannot be is a full or an empty ring.
/// </summary>
public unsafe struct ByteRing
{
    /// <summary>Bytes ever written; changed by the writer only.</summary>
    public uint Written;
    private fixed uint _apart[15];

    /// <summary>Bytes ever taken; changed by the reader only, on a cache line of its own.</summary>
    public uint Taken;

    /// <summary>Writes what fits; returns how much.</summary>
    public static uint Write(ByteRing* ring, byte* data, uint length, byte* source, uint count)
    {
        uint written = ring->Written;
        uint used = written - Volatile.Read(ref ring->Taken);
        uint room = used > length ? 0 : length - used;
        if (count > room)
            count = room;
        for (uint i = 0; i < count; i++)
            data[(written + i) & (length - 1)] = source[i];
        Volatile.Write(ref ring->Written, written + count);
        return count;
    }

    /// <summary>Takes what is there, at most <paramref name="count"/>; returns how much.</summary>
    public static uint Read(ByteRing* ring, byte* data, uint length, byte* target, uint count)
    {
        uint taken = ring->Taken;
        uint used = Volatile.Read(ref ring->Written) - taken;
        if (used > length)
            used = 0;
        if (count > used)
            count = used;
        for (uint i = 0; i < count; i++)
            target[i] = data[(taken + i) & (length - 1)];
        Volatile.Write(ref ring->Taken, taken + count);
        return count;
    }

    /// <summary>Whether a read would find something.</summary>
    public static bool HasData(ByteRing* ring, uint length)
    {
        uint used = Volatile.Read(ref ring->Written) - ring->Taken;
        return used != 0 && used <= length;
    }
}
