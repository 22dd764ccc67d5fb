using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>The names of a directory on a disk, in memory and in the directory's blocks: a change goes to the one block that holds the name.</summary>
internal sealed class DirectoryNames
{
    private readonly BlockTree _tree;
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Bytes that the entries of each block take.</summary>
    private readonly List<int> _used = [];

    private IReadOnlyList<DirectoryEntry>? _listing;

    private DirectoryNames(BlockTree tree) => _tree = tree;

    public int Count => _entries.Count;

    /// <summary>Blocks of the directory.</summary>
    public int Blocks => _used.Count;

    /// <summary>Names with what they lead to, in their order.</summary>
    public IReadOnlyList<DirectoryEntry> Listing => _listing ??= MakeListing();

    /// <summary>Reads the blocks of a directory.</summary>
    /// <exception cref="DamageException">They are damaged.</exception>
    public static DirectoryNames Read(DiskDirectory directory, long blocks)
    {
        var names = new DirectoryNames(directory.Tree);
        for (long block = 0; block < blocks; block++)
        {
            ReadOnlySpan<byte> data = (directory.Tree.Find(0, block) ?? throw Damage(directory, block, "there is a hole")).Data;
            int at = 0;
            while (true)
            {
                if (!DirectoryBlock.TryRead(data, ref at, out string? name, out uint inode, out NodeKind kind))
                    throw Damage(directory, block, "its entries make no sense");
                if (name is null)
                    break;
                if (!names._entries.TryAdd(name, new Entry { Inode = inode, Kind = kind, Block = (int)block }))
                    throw Damage(directory, block, $"the name '{name}' is there twice");
            }

            names._used.Add(at);
        }

        return names;
    }

    public bool Contains(string name) => _entries.ContainsKey(name);

    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Entry? entry) => _entries.TryGetValue(name, out entry);

    /// <summary>A name that leads to an inode, or null.</summary>
    public string? NameOf(long inode)
    {
        foreach ((string name, Entry entry) in _entries)
            if (entry.Inode == inode)
                return name;
        return null;
    }

    /// <summary>Makes a block changeable that has room for a new name.</summary>
    /// <exception cref="FileException">The disk is full, or what must be read is damaged.</exception>
    public Place PrepareAdd(string name)
    {
        int bytes = DirectoryBlock.EntryBytes(name);
        int index = _used.Count - 1;
        while (index >= 0 && _used[index] + bytes > DiskLayout.BlockBytes)
            index--;
        int block = index < 0 ? _used.Count : index;
        return new Place(block, _tree.Dirty(0, block), new Entry());
    }

    /// <summary>Makes the block changeable that holds a name.</summary>
    /// <exception cref="FileException">The disk is full, or what must be read is damaged.</exception>
    public void PrepareChange(Entry entry) => _ = _tree.Dirty(0, entry.Block);

    public void Add(Place place, string name, DiskNode node)
    {
        if (place.Block == _used.Count)
            _used.Add(0);
        DirectoryBlock.Add(place.Page.Data, _used[place.Block], name, (uint)node.Inode, node.Kind);
        _used[place.Block] += DirectoryBlock.EntryBytes(name);
        (place.Entry.Inode, place.Entry.Kind, place.Entry.Block) = ((uint)node.Inode, node.Kind, place.Block);
        _entries.Add(name, place.Entry);
        _listing = null;
    }

    /// <summary>Lets a name lead to another node.</summary>
    public void Replace(string name, Entry entry, DiskNode node)
    {
        DirectoryBlock.Replace(_tree.Find(0, entry.Block)!.Data, name, (uint)node.Inode, node.Kind);
        (entry.Inode, entry.Kind) = ((uint)node.Inode, node.Kind);
        _listing = null;
    }

    public void Remove(string name, Entry entry)
    {
        _ = _entries.Remove(name);
        DirectoryBlock.Remove(_tree.Find(0, entry.Block)!.Data, name);
        _used[entry.Block] -= DirectoryBlock.EntryBytes(name);
        _listing = null;
    }

    private static DamageException Damage(DiskDirectory directory, long block, string problem) =>
        new($"{directory.Path} is damaged: block {block} of the directory: {problem}");

    private List<DirectoryEntry> MakeListing()
    {
        var listing = new List<DirectoryEntry>(_entries.Count);
        foreach ((string name, Entry entry) in _entries)
            listing.Add(new DirectoryEntry(name, entry.Kind));
        return listing;
    }

    /// <summary>A name's inode, and the block of the directory that holds it.</summary>
    public sealed class Entry
    {
        public uint Inode { get; set; }

        public NodeKind Kind { get; set; }

        public int Block { get; set; }
    }

    /// <summary>Room for a new name.</summary>
    public readonly struct Place(int block, CachedPage page, Entry entry)
    {
        public int Block { get; } = block;

        public CachedPage Page { get; } = page;

        public Entry Entry { get; } = entry;
    }
}
