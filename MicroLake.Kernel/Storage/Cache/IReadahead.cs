namespace MicroLake.Storage;

/// <summary>Says how far to read ahead. Called with the file system's lock held: it may not use files.</summary>
public interface IReadahead
{
    /// <summary>Pages to read beyond those asked for; what is more than the cache allows is cut.</summary>
    int PagesAhead(in ReadRequest request);
}

/// <summary>A read that does not find its page in the cache.</summary>
public readonly ref struct ReadRequest
{
    /// <summary>Inode number of the file.</summary>
    public long File { get; init; }

    /// <summary>Pages of the file.</summary>
    public long FilePages { get; init; }

    /// <summary>The first page that is not there.</summary>
    public long Page { get; init; }

    /// <summary>Pages asked for from there on.</summary>
    public int Count { get; init; }

    /// <summary>Pages read one behind the other before this one, without a jump.</summary>
    public long Run { get; init; }

    /// <summary>First pages of the last reads of this file, the latest first.</summary>
    public ReadOnlySpan<long> Recent { get; init; }
}
