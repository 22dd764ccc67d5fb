using MicroLake.Replay.Input;

namespace MicroLake.Replay.Prefetch;

/// <summary>
/// Reads CSV with columns file, offset (bytes) or page, and size (bytes); without a size one page is read, without a file all are of one. Where there
/// is neither offset nor page, an object's id is a page: a trace for <c>mm.reclaim</c>.
/// </summary>
internal static class FileAccessReader
{
    private const long PageSize = 4096, MaxPage = 1L << 38, MaxPagesOfAccess = 1 << 16;

    private const int Page = 0, Offset = 1, File = 2, Size = 3, Id = 4;

    private static readonly string[][] s_columns =
    [
        ["page", "page_offset", "pgoff", "index"],
        ["offset", "off", "pos"],
        ["file", "file_id", "inode", "ino", "path"],
        ["size", "length", "len", "bytes", "count"],
        ["id", "object_id", "obj_id", "objectid", "object", "obj", "block", "lbn", "lba"],
    ];

    public static FilePage[] Read(Stream stream, int maxAccesses)
    {
        var columns = new TraceColumns(stream, s_columns, 0);
        bool isById = !columns.Has(Page) && !columns.Has(Offset) && columns.Has(Id), isByOffset = columns.Has(Offset);
        if (!isById && columns.Has(Page) == isByOffset)
            throw columns.Error("one column must be called offset (in bytes), page (by number) or id (of a page)");
        int page = isById ? Id : Page, fileColumn = columns.Has(File) || isById ? File : Id;
        var files = new Dictionary<long, int>();
        var pages = new FilePage[1024];
        int count = 0;
        while (columns.TryReadRow())
        {
            long key = columns.Has(fileColumn) ? columns.Key(fileColumn, "the file") : 0;
            if (!files.TryGetValue(key, out int file))
                files.Add(key, file = files.Count);
            long offset = isByOffset ? columns.Whole(Offset, "the offset") : 0;
            long first = isByOffset ? offset / PageSize : columns.Whole(page, "the page");
            long size = columns.Has(Size) ? columns.Whole(Size, "the size") : 1;
            long last = isByOffset ? (offset + Math.Max(1, size) - 1) / PageSize : first + (Math.Max(1, size) - 1) / PageSize;
            if (last > MaxPage || last - first >= MaxPagesOfAccess)
                throw columns.Error($"pages {first} to {last} are read at once; at most {MaxPagesOfAccess}, below page {MaxPage}, can be");
            if (count + (last - first + 1) > maxAccesses)
                throw columns.Error($"more than {maxAccesses} pages are read; cut the trace into pieces");
            for (long number = first; number <= last; number++)
            {
                if (count == pages.Length)
                    Array.Resize(ref pages, 2 * count);
                pages[count++] = new(file, number);
            }
        }

        if (count == 0)
            throw new ReplayException("there is no access in the trace; each line after the first is one");
        return pages[..count];
    }
}
