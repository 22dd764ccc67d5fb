using MicroLake.Storage;
using Xunit;

namespace MicroLake.HostTests.Storage;

/// <summary>The table of a tree's pages, beside a plain dictionary.</summary>
public sealed class PageTableTests
{
    private const int Levels = 3;

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 500)]
    [InlineData(3, 1L << 30)]
    public void Pages_come_and_go_as_in_a_dictionary(int seed, long pages)
    {
        var random = new Random(seed);
        var table = new PageTable();
        var model = new Dictionary<(int, long), CachedPage>();
        for (int i = 0; i < 20_000; i++)
        {
            (int level, long index) = model.Count > 0 && random.Next(3) == 0
                ? model.Keys.ElementAt(random.Next(Math.Min(model.Count, 8)))
                : (random.Next(Levels), random.NextInt64(pages));
            bool isThere = model.TryGetValue((level, index), out CachedPage? expected);
            Assert.Equal(isThere, table.TryGet(level, index, out CachedPage? page));
            Assert.Same(expected, page);
            // Neighbours lie in the group that was just looked up.
            Assert.Same(model.GetValueOrDefault((level, index + 1)), table[level, index + 1]);
            if (isThere && random.Next(2) == 0)
            {
                table.Remove(page!);
                model.Remove((level, index));
            }
            else if (!isThere && model.Count < 300)
            {
                page = new CachedPage(null!, level, index, []);
                table.Add(page);
                model.Add((level, index), page);
            }
        }

        Assert.All(model, entry => Assert.Same(entry.Value, table[entry.Key.Item1, entry.Key.Item2]));
        foreach (CachedPage page in model.Values)
            table.Remove(page);
        Assert.All(model.Keys, key => Assert.Null(table[key.Item1, key.Item2]));
    }
}
