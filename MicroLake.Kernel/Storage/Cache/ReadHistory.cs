namespace MicroLake.Storage;

/// <summary>How a file was read lately.</summary>
internal sealed class ReadHistory
{
    private const int Depth = 8;

    private readonly long[] _recent = new long[Depth];
    private int _count;
    private long _start;
    private long _end;

    /// <summary>Bytes read one behind the other before the present read.</summary>
    public long Run { get; private set; }

    /// <summary>First pages of the last reads, the latest first.</summary>
    public ReadOnlySpan<long> Recent => _recent.AsSpan(0, _count);

    public void Add(long offset, int count)
    {
        Run = offset == _end ? Run + _end - _start : 0;
        _start = offset;
        _end = offset + count;
        _count = Math.Min(_count + 1, Depth);
        _recent.AsSpan(0, Depth - 1).CopyTo(_recent.AsSpan(1));
        _recent[0] = offset >> DiskLayout.BlockShift;
    }
}
