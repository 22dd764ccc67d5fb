namespace MicroLake.Replay.Prefetch;

/// <summary>Pages to read ahead: <c>First</c>, <c>First + Step</c>, and so on.</summary>
internal readonly struct PageRun(long first, int count, long step = 1)
{
    public long First { get; } = first;

    public int Count { get; } = count;

    public long Step { get; } = step;
}

/// <summary>Says after each page read of a file which pages to read ahead.</summary>
internal abstract class ReadAhead
{
    /// <param name="page">What was read.</param>
    /// <param name="missed">Whether the page had to be waited for.</param>
    /// <param name="firstUse">Whether it is the first use of a page that was read ahead.</param>
    public abstract PageRun After(FilePage page, bool missed, bool firstUse);
}

/// <summary>Nothing.</summary>
internal sealed class NoReadAhead : ReadAhead
{
    public override PageRun After(FilePage page, bool missed, bool firstUse) => default;
}

/// <summary>So many pages behind every page that had to be waited for.</summary>
internal sealed class FixedReadAhead(int pages) : ReadAhead
{
    public override PageRun After(FilePage page, bool missed, bool firstUse) => missed ? new(page.Page + 1, pages) : default;
}

/// <summary>A window that doubles while a file is read in order, and closes when it is not. It is read while its predecessor is used: the use
/// of a window's first page brings the next.</summary>
internal sealed class DoublingReadAhead : ReadAhead
{
    private const int Least = 4, Most = 32;

    private readonly Dictionary<int, Window> _windows = [];

    public override PageRun After(FilePage page, bool missed, bool firstUse)
    {
        if (!_windows.TryGetValue(page.File, out Window? window))
            _windows.Add(page.File, window = new());
        bool inOrder = page.Page == window.Last + 1;
        window.Last = page.Page;
        if (missed)
        {
            window.Size = inOrder ? Math.Clamp(2 * window.Size, Least, Most) : 0;
            window.Start = page.Page + 1;
        }
        else if (firstUse && page.Page == window.Start && window.Size > 0)
        {
            window.Start = page.Page + window.Size;
            window.Size = Math.Min(2 * window.Size, Most);
        }
        else
        {
            return default;
        }

        return new(window.Start, window.Size);
    }

    private sealed class Window
    {
        /// <summary>The page read last. A file is taken to be read in order until it is not, so page 0 opens a window.</summary>
        public long Last { get; set; } = -1;

        /// <summary>First page of the window that was read last.</summary>
        public long Start { get; set; }

        public int Size { get; set; }
    }
}

/// <summary>When the distance from page to page in a file is the same twice, the next pages at that distance.</summary>
internal sealed class StrideReadAhead : ReadAhead
{
    private const int Pages = 4;

    private readonly Dictionary<int, Stride> _strides = [];

    public override PageRun After(FilePage page, bool missed, bool firstUse)
    {
        if (!_strides.TryGetValue(page.File, out Stride? stride))
        {
            _strides.Add(page.File, new() { Last = page.Page });
            return default;
        }

        long distance = page.Page - stride.Last;
        bool again = distance == stride.Distance && distance != 0;
        (stride.Last, stride.Distance) = (page.Page, distance);
        return again ? new(page.Page + distance, Pages, distance) : default;
    }

    private sealed class Stride
    {
        public long Last { get; set; }

        public long Distance { get; set; }
    }
}
