using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MicroLake.GuestTests.Suites;

[Area("LINQ and collections")]
public static class CollectionTests
{
    private sealed record Person(string Name, int Age, string City);

    private static readonly Person[] s_people =
    [
        new("Ada", 36, "London"), new("Alan", 41, "London"), new("Grace", 85, "New York"), new("Edsger", 72, "Nuenen"),
    ];

    [GuestTest]
    public static void Queries_filter_order_and_group()
    {
        var byCity =
            from p in s_people
            where p.Age > 40
            group p by p.City into g
            orderby g.Key descending
            select $"{g.Key}: {string.Join("+", g.Select(p => p.Name))}";
        Check.Sequence(["Nuenen: Edsger", "New York: Grace", "London: Alan"], byCity);
    }

    [GuestTest]
    public static void Joins_zips_and_sets()
    {
        var pairs = s_people.Join(["London", "Nuenen"], p => p.City, c => c, (p, c) => p.Name[..2] + c[..2]);
        Check.Sequence(["AdLo", "AlLo", "EdNu"], pairs);
        Check.Sequence([(1, 'a'), (2, 'b')], new[] { 1, 2, 3 }.Zip("ab"));
        Check.Sequence([2, 3], new[] { 1, 2, 3 }.Intersect([2, 3, 4]));
        Check.Sequence([1, 2, 3, 4], new[] { 1, 2, 3 }.Union([2, 3, 4]));
        Check.Sequence([3, 2, 1], Enumerable.Range(1, 3).Reverse());
    }

    [GuestTest]
    public static void Aggregates()
    {
        Check.Equal(58.5, s_people.Average(p => p.Age));
        Check.Equal("Grace", s_people.MaxBy(p => p.Age)!.Name);
        Check.Equal(3, s_people.Select(p => p.City).Distinct().Count());
        Check.Equal(120, Enumerable.Range(1, 5).Aggregate((a, b) => a * b));
        Check.Sequence([3, 3, 1], Enumerable.Range(0, 7).Chunk(3).Select(c => c.Length));
        Check.Equal(2, s_people.CountBy(p => p.City).First(c => c.Key == "London").Value);
        Check.Throws<InvalidOperationException>(() => Array.Empty<int>().First());
    }

    [GuestTest]
    public static void Dictionaries_and_sets()
    {
        var map = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < 2000; i++)
            map[$"K{i}"] = i;
        Check.Equal(1234, map["k1234"]);
        Check.Equal(2000, map.Count);
        Check.That(map.Remove("K5") && !map.ContainsKey("k5"));
        Check.Throws<KeyNotFoundException>(() => _ = map["none"]);
        Check.Sequence([1, 2, 3], new SortedSet<int> { 3, 1, 2, 3 });
        Check.Sequence(["a", "b"], new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }.Keys);
        Check.Throws<InvalidOperationException>(() =>
        {
            foreach (string key in map.Keys)
                map[key + "x"] = 0;
        });
    }

    [GuestTest]
    public static void Lists_sort_and_search()
    {
        var random = new Random(1);
        List<int> list = [.. Enumerable.Range(0, 3000).Select(_ => random.Next(10_000))];
        list.Sort();
        Check.That(list.Zip(list.Skip(1)).All(p => p.First <= p.Second));
        Check.That(list.BinarySearch(list[1500]) >= 0);
        list.Sort((a, b) => b.CompareTo(a));
        Check.That(list[0] >= list[^1]);
        Check.Equal(3, list.GetRange(10, 3).Count);
    }

    [GuestTest]
    public static void Queues_by_priority_and_linked_lists()
    {
        var queue = new PriorityQueue<string, int>([("c", 3), ("a", 1), ("b", 2)]);
        Check.Equal("abc", queue.Dequeue() + queue.Dequeue() + queue.Dequeue());
        var linked = new LinkedList<int>([1, 3]);
        linked.AddAfter(linked.First!, 2);
        Check.Sequence([1, 2, 3], linked);
    }

    [GuestTest]
    public static void Immutable_and_frozen_collections()
    {
        ImmutableList<int> one = [1, 2, 3];
        Check.Sequence([1, 2, 3, 4], one.Add(4));
        Check.Equal(3, one.Count);
        ImmutableDictionary<string, int> map = ImmutableDictionary<string, int>.Empty.Add("x", 1).SetItem("x", 2);
        Check.Equal(2, map["x"]);
        FrozenSet<string> frozen = new[] { "red", "green", "blue" }.ToFrozenSet();
        Check.That(frozen.Contains("green") && !frozen.Contains("grey"));
    }

    [GuestTest]
    public static void Spans_pools_and_ranges()
    {
        Span<int> stack = stackalloc int[8];
        for (int i = 0; i < stack.Length; i++)
            stack[i] = i * i;
        Check.Sequence([4, 9, 16], stack[2..5].ToArray());
        Check.Equal(4, stack.IndexOf(16));
        int[] rented = ArrayPool<int>.Shared.Rent(100);
        Check.That(rented.Length >= 100);
        ArrayPool<int>.Shared.Return(rented);
        Check.Sequence([3, 4], new[] { 1, 2, 3, 4 }[^2..]);
        Memory<char> memory = "hello".ToCharArray();
        memory.Span.Reverse();
        Check.Equal("olleh", memory.ToString());
    }

    [GuestTest]
    public static void Spans_are_copied_whole_at_every_length_and_overlap()
    {
        byte[] memory = new byte[13_000], expected = new byte[memory.Length];
        foreach (int length in (int[])[1, 7, 16, 33, 128, 129, 255, 2047, 2048, 2049, 2111, 2112, 4096, 4191])
        {
            foreach (int distance in (int[])[-length, -63, -32, -9, -1, 1, 8, 31, 64, length])
            {
                Random.Shared.NextBytes(memory);
                for (int i = 0; i < memory.Length; i++)
                    expected[i] = i - 4500 - distance is var at && at >= 0 && at < length ? memory[4500 + at] : memory[i];
                memory.AsSpan(4500, length).CopyTo(memory.AsSpan(4500 + distance));
                Check.That(memory.AsSpan().SequenceEqual(expected), $"{length} bytes, moved by {distance}");
            }
        }
    }
}
