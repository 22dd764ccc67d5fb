namespace MicroLake.Probe;

/// <summary>Touches much memory and finds in it what it put there.</summary>
internal static class Pressure
{
    private const int PageBytes = 4096;
    private const int BlockPages = 256;

    /// <summary>Fills so many MiB, each page with numbers of its own, goes over them again and again, and over some at random. 0: all was as it should be.</summary>
    public static int Run(int mib, int rounds, ulong seed)
    {
        var blocks = new ulong[mib][];
        try
        {
            for (int i = 0; i < mib; i++)
            {
                blocks[i] = new ulong[BlockPages * PageBytes / sizeof(ulong)];
                for (int page = 0; page < BlockPages; page++)
                    PageOf(blocks, i, page).Fill(Stamp(seed, 0, i, page));
            }
        }
        catch (OutOfMemoryException)
        {
            Console.WriteLine("refused");
            return 2;
        }

        for (int round = 1; round <= rounds; round++)
        {
            for (int i = 0; i < mib; i++)
                for (int page = 0; page < BlockPages; page++)
                {
                    Span<ulong> words = PageOf(blocks, i, page);
                    if (words.IndexOfAnyExcept(Stamp(seed, round - 1, i, page)) >= 0)
                        return Lost(i, page);
                    words.Fill(Stamp(seed, round, i, page));
                }
        }

        var random = new Random((int)seed);
        for (int n = 0; n < mib * 16; n++)
        {
            int i = random.Next(mib), page = random.Next(BlockPages);
            if (PageOf(blocks, i, page).IndexOfAnyExcept(Stamp(seed, rounds, i, page)) >= 0)
                return Lost(i, page);
        }

        Console.WriteLine($"{mib} MiB whole");
        return 0;
    }

    private static int Lost(int block, int page)
    {
        Console.WriteLine($"page {page} of block {block} is not what was written");
        return 1;
    }

    private static Span<ulong> PageOf(ulong[][] blocks, int block, int page) =>
        blocks[block].AsSpan(page * PageBytes / sizeof(ulong), PageBytes / sizeof(ulong));

    private static ulong Stamp(ulong seed, int round, int block, int page) => (((seed << 8) + (ulong)round) << 32) + ((ulong)block << 8) + (ulong)page;
}
