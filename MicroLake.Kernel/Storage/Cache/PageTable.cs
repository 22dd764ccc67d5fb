using System.Diagnostics.CodeAnalysis;

namespace MicroLake.Storage;

/// <summary>
/// The pages of one tree that are in memory, by level and number. They are kept in groups of neighbours, and the last group is remembered: who goes
/// through a file looks up one group for many pages.
/// </summary>
internal sealed class PageTable
{
    private const int GroupShift = 4;
    private const int GroupPages = 1 << GroupShift;

    private readonly Dictionary<long, Group> _groups = [];
    private Group? _last;

    /// <summary>A page; null: it is not in memory.</summary>
    public CachedPage? this[int level, long index] => FindGroup(Key(level, index))?.Pages[Slot(index)];

    public bool TryGet(int level, long index, [NotNullWhen(true)] out CachedPage? page) => (page = this[level, index]) is not null;

    /// <summary>Takes a page in that was not there.</summary>
    public void Add(CachedPage page)
    {
        long key = Key(page.Level, page.Index);
        if (FindGroup(key) is not { } group)
            _groups.Add(key, _last = group = new Group(key));
        group.Pages[Slot(page.Index)] = page;
        group.Count++;
    }

    /// <summary>Lets a page go that is there.</summary>
    public void Remove(CachedPage page)
    {
        Group group = FindGroup(Key(page.Level, page.Index))!;
        group.Pages[Slot(page.Index)] = null;
        if (--group.Count > 0)
            return;
        _groups.Remove(group.Key);
        _last = null;
    }

    private static long Key(int level, long index) => ((long)level << 56) | (index >> GroupShift);

    private static int Slot(long index) => (int)index & (GroupPages - 1);

    private Group? FindGroup(long key)
    {
        if (_last is { } last && last.Key == key)
            return last;
        if (!_groups.TryGetValue(key, out Group? group))
            return null;
        return _last = group;
    }

    private sealed class Group(long key)
    {
        public long Key { get; } = key;

        public CachedPage?[] Pages { get; } = new CachedPage?[GroupPages];

        /// <summary>Of them, those that are there.</summary>
        public int Count { get; set; }
    }
}
