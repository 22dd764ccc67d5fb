namespace MicroLake.Storage;

/// <summary>A block's content in memory. A clean one is in the ring of the <see cref="PageCache"/>; a changed one waits for the next state.</summary>
internal sealed class CachedPage(BlockTree tree, int level, long index, byte[] data) : ICachedPage
{
    public BlockTree Tree { get; } = tree;

    /// <summary>0 for data; above, levels of pointers.</summary>
    public int Level { get; } = level;

    public long Index { get; } = index;

    public byte[] Data { get; } = data;

    public bool IsDirty { get; set; }

    /// <summary>Used since the hand passed it last.</summary>
    public bool WasUsed { get; set; }

    /// <summary>Read ahead, and not asked for so far.</summary>
    public bool IsAhead { get; set; }

    public int Uses { get; set; }

    public bool CanLeave => Next is not null;

    public CachedPage? Next { get; set; }

    public CachedPage? Previous { get; set; }
}
