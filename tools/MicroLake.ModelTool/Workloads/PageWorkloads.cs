using MicroLake.Nn.Training;
using MicroLake.Replay.Reclaim;

namespace MicroLake.ModelTool.Workloads;

/// <summary>A page trace and the cache that it is meant to press.</summary>
/// <param name="Name">Of the kind of workload.</param>
internal sealed record PageWorkload(string Name, AccessTrace Trace, int Capacity);

/// <summary>Generates page traces: what a kernel's page cache sees of typical programs. The seed decides every parameter.</summary>
internal static class PageWorkloads
{
    /// <summary>Kinds of workloads, by name.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["scan-hot", "loop", "zipf", "phases", "training", "mixed", "drift", "index", "epochs"];

    /// <summary>Generates one.</summary>
    /// <param name="capacity">Pages of the cache that the workload's sizes follow.</param>
    /// <param name="length">Accesses.</param>
    public static PageWorkload Generate(string name, SeededRandom random, int capacity, int length)
    {
        var pages = new List<int>(length);
        switch (name)
        {
            case "scan-hot": ScanWithHotSet(pages, random, capacity, length); break;
            case "loop": Loop(pages, random, capacity, length); break;
            case "zipf": Zipf(pages, random, capacity, length, drift: false); break;
            case "drift": Zipf(pages, random, capacity, length, drift: true); break;
            case "phases": Phases(pages, random, capacity, length); break;
            case "training": NetworkTraining(pages, random, capacity, length); break;
            case "index": IndexLookups(pages, random, capacity, length); break;
            case "epochs": Epochs(pages, random, capacity, length); break;
            default: Mixed(pages, random, capacity, length); break;
        }

        return new(name, AccessTrace.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pages)[..length]), capacity);
    }

    /// <summary>A hot set that fits, and scans of many pages that are never used again, or only at the next scan.</summary>
    private static void ScanWithHotSet(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int hot = (int)(capacity * random.Between(0.3, 0.9)), scan = (int)(capacity * random.Between(0.5, 4));
        double share = random.Between(0.2, 0.7);
        bool again = random.Chance(0.5);
        int next = hot, end = next + scan;
        while (pages.Count < length)
        {
            // Between scans only the hot set is used.
            int quiet = random.Next(2 * capacity);
            for (int i = 0; i < quiet; i++)
                pages.Add(random.Next(hot));
            for (int at = next; at < end;)
                pages.Add(random.Chance(share) ? random.Next(hot) : at++);
            if (!again)
                (next, end) = (end, end + scan);
        }
    }

    /// <summary>The same pages over and over, more than fit; now and then one is used twice at once.</summary>
    private static void Loop(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int size = (int)(capacity * random.Between(1.05, 3));
        double twice = random.Chance(0.5) ? random.Between(0, 0.2) : 0, noise = random.Chance(0.3) ? random.Between(0, 0.1) : 0;
        for (int at = 0; pages.Count < length; at = (at + 1) % size)
        {
            pages.Add(at);
            if (random.Chance(twice))
                pages.Add(at);
            if (random.Chance(noise))
                pages.Add(size + random.Next(10 * capacity));
        }
    }

    /// <summary>Popular pages and a long tail; with drift, what is popular changes slowly.</summary>
    private static void Zipf(List<int> pages, SeededRandom random, int capacity, int length, bool drift)
    {
        int count = (int)(capacity * random.Between(2, 20));
        var popularity = new ZipfDistribution(count, random.Between(0.6, 1.2));
        int[] names = new int[count];
        for (int i = 0; i < count; i++)
            names[i] = i;
        random.Shuffle(names);
        double change = drift ? random.Between(0.0005, 0.01) : 0;
        int fresh = count;
        while (pages.Count < length)
        {
            if (random.Chance(change))
                names[popularity.Draw(random)] = fresh++;
            pages.Add(names[popularity.Draw(random)]);
        }
    }

    /// <summary>One working set after the other, each used in a manner of its own.</summary>
    private static void Phases(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int first = 0;
        while (pages.Count < length)
        {
            int size = (int)(capacity * random.Between(0.3, 1.6)), duration = (int)(capacity * random.Between(3, 15));
            int kind = random.Next(3);
            var popularity = new ZipfDistribution(size, random.Between(0.5, 1));
            for (int i = 0; i < duration; i++)
                pages.Add(first + kind switch { 0 => i % size, 1 => random.Next(size), _ => popularity.Draw(random) });
            // Some phases come back to what an earlier one has used.
            first = random.Chance(0.3) ? random.Next(first + 1) : first + size;
        }
    }

    /// <summary>A network's training: in each step the pages of all layers forward, then backward with their activations, then the
    /// optimizer's state, while batches of the data stream by.</summary>
    private static void NetworkTraining(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int layers = 4 + random.Next(12), each = Math.Max(1, (int)(capacity * random.Between(0.8, 2) / layers / 2));
        int batch = 1 + random.Next(Math.Max(2, capacity / 8)), data = layers * each * 3;
        int dataPages = (int)(capacity * random.Between(2, 10));
        bool moments = random.Chance(0.5);
        for (int step = 0; pages.Count < length; step++)
        {
            for (int i = 0; i < batch; i++)
                pages.Add(data + (step * batch + i) % dataPages);
            for (int layer = 0; layer < layers; layer++)
                for (int i = 0; i < each; i++)
                {
                    pages.Add(layer * each + i);
                    pages.Add((layers + layer) * each + i);
                }

            for (int layer = layers - 1; layer >= 0; layer--)
                for (int i = 0; i < each; i++)
                {
                    pages.Add((layers + layer) * each + i);
                    pages.Add(layer * each + i);
                    if (moments)
                        pages.Add((2 * layers + layer) * each + i);
                }
        }
    }

    /// <summary>Lookups through a tree: few upper pages at every lookup, leaves by popularity, and range scans along the leaves.</summary>
    private static void IndexLookups(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int leaves = (int)(capacity * random.Between(2, 12)), fanOut = 8 + random.Next(56), inner = leaves / fanOut + 1;
        var popularity = new ZipfDistribution(leaves, random.Between(0.3, 1));
        double range = random.Between(0, 0.1);
        int longest = Math.Max(2, capacity / 4);
        while (pages.Count < length)
        {
            int leaf = (int)((long)popularity.Draw(random) * 7919 % leaves);
            pages.Add(0);
            pages.Add(1 + leaf / fanOut);
            int count = random.Chance(range) ? 1 + random.Next(longest) : 1;
            for (int i = 0; i < count; i++)
                pages.Add(1 + inner + (leaf + i) % leaves);
        }
    }

    /// <summary>Training on a file of rows: in each epoch all of them, in another order or the same, and now and then those that are kept back to see how far it is.</summary>
    private static void Epochs(List<int> pages, SeededRandom random, int capacity, int length)
    {
        int all = (int)(capacity * random.Between(1.05, 4)), kept = (int)(all * random.Between(0, 0.2));
        int checks = 1 + random.Next(8);
        bool isShuffled = random.Chance(0.7);
        int[] order = new int[all - kept];
        for (int i = 0; i < order.Length; i++)
            order[i] = kept + i;
        while (pages.Count < length)
        {
            if (isShuffled)
                random.Shuffle(order);
            for (int i = 0; i < order.Length; i++)
            {
                pages.Add(order[i]);
                if ((i + 1) % Math.Max(1, order.Length / checks) != 0)
                    continue;
                for (int j = 0; j < kept; j++)
                    pages.Add(j);
            }
        }
    }

    /// <summary>Two programs at once, in turns of some length.</summary>
    private static void Mixed(List<int> pages, SeededRandom random, int capacity, int length)
    {
        string[] kinds = ["scan-hot", "loop", "zipf", "phases", "training", "index"];
        int[] one = Generate(kinds[random.Next(kinds.Length)], random, capacity / 2 + 1, length).Trace.Objects;
        int[] other = Generate(kinds[random.Next(kinds.Length)], random, capacity / 2 + 1, length).Trace.Objects;
        int turn = 1 + random.Next(200);
        double share = random.Between(0.2, 0.8);
        for (int i = 0, j = 0; pages.Count < length;)
        {
            bool first = random.Chance(share);
            for (int k = 0; k < turn; k++)
            {
                if (first)
                    pages.Add(2 * one[i++ % one.Length]);
                else
                    pages.Add(2 * other[j++ % other.Length] + 1);
            }
        }
    }
}
