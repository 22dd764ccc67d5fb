namespace MicroLake.MessageBench;

/// <summary>More memory than the machine has, so that what was not touched for long is on the swap disk.</summary>
internal sealed class SwappedMemory
{
    private const int PagesPerBlock = 256;
    private const int WordsPerPage = 512;

    private readonly ulong[][] _blocks;
    private int _next;

    /// <summary>Fills so many MiB: the first of them have to leave for the last.</summary>
    public SwappedMemory(int mib)
    {
        _blocks = new ulong[mib][];
        for (int i = 0; i < mib; i++)
        {
            _blocks[i] = new ulong[PagesPerBlock * WordsPerPage];
            _blocks[i].AsSpan().Fill((ulong)i + 1);
        }
    }

    /// <summary>Reads the next pages, one after the other; those that come next have not been touched for longest.</summary>
    public void ReadInOrder(int pages)
    {
        for (; pages > 0; pages--)
            Read(_next++ % (_blocks.Length * PagesPerBlock));
    }

    /// <summary>The same for pages that lie far from each other, each read once: the step has no divisor in common with the number of pages.</summary>
    public void ReadFarApart(int pages)
    {
        int among = (_blocks.Length / 4 * PagesPerBlock) - 1;
        for (; pages > 0; pages--)
            Read((int)((long)_next++ * 7919 % among));
    }

    private void Read(int page)
    {
        ulong found = _blocks[page / PagesPerBlock][page % PagesPerBlock * WordsPerPage];
        if (found != (ulong)(page / PagesPerBlock) + 1)
            throw new InvalidOperationException($"page {page} holds {found}");
    }
}
