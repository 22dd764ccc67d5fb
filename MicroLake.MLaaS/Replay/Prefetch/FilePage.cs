namespace MicroLake.Replay.Prefetch;

/// <summary>A page of a file that is read. Files are numbered from 0 in the order of their first access.</summary>
internal readonly struct FilePage(int file, long page)
{
    public int File { get; } = file;

    public long Page { get; } = page;

    /// <summary>One number for both; a page is below 2^40.</summary>
    public long Key => ((long)File << 40) | Page;
}
