namespace MicroLake.Replay.Reclaim;

/// <summary>Which objects are accessed, one after the other. Objects are numbered from 0 in the order of their first access.</summary>
public sealed class AccessTrace(int[] objects, long[] sizes, int objectCount)
{
    /// <summary>The object of each access.</summary>
    public int[] Objects { get; } = objects;

    /// <summary>The size in bytes that each access says its object has.</summary>
    public long[] Sizes { get; } = sizes;

    /// <summary>How many different objects there are.</summary>
    public int ObjectCount { get; } = objectCount;

    public int Length => Objects.Length;

    /// <summary>A trace of objects of one page each; <paramref name="names"/> are any numbers.</summary>
    public static AccessTrace Of(ReadOnlySpan<int> names)
    {
        var numbers = new Dictionary<long, int>();
        int[] objects = new int[names.Length];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = numbers.TryGetValue(names[i], out int number) ? number : numbers[names[i]] = numbers.Count;
        long[] sizes = new long[names.Length];
        Array.Fill(sizes, PageSize);
        return new(objects, sizes, numbers.Count);
    }

    /// <summary>For each access the next one of the same object; <see cref="int.MaxValue"/> when there is none.</summary>
    public int[] NextUses()
    {
        int[] next = new int[Length], last = new int[ObjectCount];
        Array.Fill(last, int.MaxValue);
        for (int i = Length - 1; i >= 0; i--)
        {
            next[i] = last[Objects[i]];
            last[Objects[i]] = i;
        }

        return next;
    }

    /// <summary>The size of an object where a trace has none.</summary>
    public const long PageSize = 4096;
}
