namespace MicroLake.Shell;

/// <summary>The disk that memory of programs may go to; the kernel implements it.</summary>
public interface ISwap
{
    SwapState State { get; }

    /// <summary>Makes a swap disk of one that holds nothing; with <paramref name="force"/> also of one that holds something, but never of one with a file system of ours.</summary>
    /// <exception cref="CommandException">It cannot be, or may not.</exception>
    void Format(string disk, bool force);

    /// <summary>From now on memory may go to that disk.</summary>
    /// <exception cref="CommandException">It cannot be used.</exception>
    void Begin(string disk);

    /// <summary>Brings back what is on the disk, and uses it no more.</summary>
    /// <exception cref="CommandException">There is no room, and nothing has changed.</exception>
    void End();
}

/// <summary>What the swap disk holds, and what memory is promised; in bytes but for the counts.</summary>
public sealed class SwapState
{
    /// <summary>Null: there is none.</summary>
    public required string? Disk { get; init; }

    public required long Size { get; init; }

    public required long Used { get; init; }

    /// <summary>Pages that went to the disk, and that came back, since it is in use.</summary>
    public required long PagesOut { get; init; }

    public required long PagesIn { get; init; }

    /// <summary>What all memory is promised, and the most that is.</summary>
    public required long Promised { get; init; }

    public required long PromiseLimit { get; init; }

    /// <summary>Why the disk is not written to any more; null: it is.</summary>
    public string? Failure { get; init; }
}
