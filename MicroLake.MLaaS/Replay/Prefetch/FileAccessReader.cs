using MicroLake.Replay.Input;

namespace MicroLake.Replay.Prefetch;

/// <summary>Reads CSV with columns file, offset (bytes) or page, and size (bytes); without a size one page is read.</summary>
internal static class FileAccessReader
{
    private const long PageSize = 4096, MaxPage = 1L << 38, MaxPagesOfAccess = 1 << 16;

    private static readonly string[][] s_columns =
    [
        ["file", "file_id", "inode", "ino", "path", "id"],
        ["offset", "off", "pos"],
        ["page", "page_offset", "pgoff", "index"],
        ["size", "length", "len", "bytes", "count"],
    ];

    public static FilePage[] Read(Stream stream, int maxAccesses)
    {
        var columns = new TraceColumns(stream, s_columns, 1);
        if (columns.Has(1) == columns.Has(2))
            throw columns.Error("one column must be called offset (in bytes) or page (by number)");
        var files = new Dictionary<long, int>();
        var pages = new FilePage[1024];
        int count = 0;
        while (columns.TryReadRow())
        {
            long key = columns.Key(0, "the file");
            if (!files.TryGetValue(key, out int file))
                files.Add(key, file = files.Count);
            long offset = columns.Has(1) ? columns.Whole(1, "the offset") : 0;
            long first = columns.Has(1) ? offset / PageSize : columns.Whole(2, "the page");
            long size = columns.Has(3) ? columns.Whole(3, "the size") : 1;
            long last = columns.Has(1) ? (offset + Math.Max(1, size) - 1) / PageSize : first + (Math.Max(1, size) - 1) / PageSize;
            if (last > MaxPage || last - first >= MaxPagesOfAccess)
                throw columns.Error($"pages {first} to {last} are read at once; at most {MaxPagesOfAccess}, below page {MaxPage}, can be");
            if (count + (last - first + 1) > maxAccesses)
                throw columns.Error($"more than {maxAccesses} pages are read; cut the trace into pieces");
            for (long page = first; page <= last; page++)
            {
                if (count == pages.Length)
                    Array.Resize(ref pages, 2 * count);
                pages[count++] = new(file, page);
            }
        }

        if (count == 0)
            throw new ReplayException("there is no access in the trace; each line after the first is one");
        return pages[..count];
    }
}
