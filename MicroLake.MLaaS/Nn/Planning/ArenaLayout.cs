namespace MicroLake.Nn.Planning;

/// <summary>Places buffers with known lifetimes in one block of memory: the largest first, each at the lowest place where nothing
/// that lives at the same time lies. (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020: greedy by size.)</summary>
internal sealed class ArenaLayout
{
    private readonly List<Buffer> _buffers = [];

    /// <summary>Adds a buffer that is in use from step <paramref name="first"/> to step <paramref name="last"/>, both included; returns its number.</summary>
    public int Add(long bytes, int first, int last)
    {
        _buffers.Add(new((bytes + AlignedBuffer.Slack + AlignedBuffer.Alignment - 1) / AlignedBuffer.Alignment * AlignedBuffer.Alignment, first, last));
        return _buffers.Count - 1;
    }

    /// <summary>Chooses an offset for each buffer, in the order of <see cref="Add"/>; returns the size of the whole.</summary>
    public long Place(out long[] offsets)
    {
        offsets = new long[_buffers.Count];
        long size = 0;
        var placed = new List<(long Offset, int Index)>();
        foreach (int index in Enumerable.Range(0, _buffers.Count).OrderByDescending(i => _buffers[i].Bytes).ThenBy(i => i))
        {
            Buffer buffer = _buffers[index];
            long offset = 0;
            foreach ((long other, int otherIndex) in placed)
            {
                Buffer neighbour = _buffers[otherIndex];
                if (neighbour.First > buffer.Last || neighbour.Last < buffer.First)
                    continue;
                if (offset + buffer.Bytes <= other)
                    break;
                offset = Math.Max(offset, other + neighbour.Bytes);
            }

            offsets[index] = offset;
            int position = placed.FindIndex(p => p.Offset > offset);
            placed.Insert(position < 0 ? placed.Count : position, (offset, index));
            size = Math.Max(size, offset + buffer.Bytes);
        }

        return size;
    }

    private readonly record struct Buffer(long Bytes, int First, int Last);
}
