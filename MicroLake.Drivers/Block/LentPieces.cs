using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Block;

/// <summary>The data of a transfer in memory that was lent, by pieces.</summary>
/// <param name="type">Read or write.</param>
/// <param name="pieces">The memory, in order.</param>
internal readonly ref struct LentPieces(BlockRequestType type, ReadOnlySpan<DmaPiece> pieces)
{
    private readonly ReadOnlySpan<DmaPiece> _pieces = pieces;

    public BlockRequestType Type => type;

    /// <summary>Whether there are any; otherwise data is copied.</summary>
    public bool Exist => !_pieces.IsEmpty;

    /// <summary>The pieces of a part.</summary>
    /// <param name="from">Bytes before it.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="segments">Takes them; it has room for one for each page, and one more.</param>
    public int Cut(long from, long length, Span<BufferSegment> segments)
    {
        int count = 0;
        foreach (DmaPiece piece in _pieces)
        {
            long start = Math.Max(from, 0), end = Math.Min(from + length, piece.Length);
            if (start < end)
                segments[count++] = new BufferSegment(piece.Address + (ulong)start, (int)(end - start), deviceWrites: type == BlockRequestType.Read);
            from -= piece.Length;
            if (from + length <= 0)
                break;
        }

        return count;
    }
}
