using System.Text;
using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>A directory on a disk. Its entries are in memory while anybody uses it; a change goes to the one block that holds the entry.</summary>
internal sealed class DiskDirectory(Volume volume, long inode, in InodeRecord record, DiskDirectory? parent, string name)
    : DiskNode(volume, inode, record, parent, name)
{
    private readonly List<Block> _blocks = [];
    private SortedDictionary<string, Entry>? _entries;
    private IReadOnlyList<DirectoryEntry>? _listing;

    public override NodeKind Kind => NodeKind.Directory;

    public override Errno Lookup(string name, out Node? child)
    {
        child = null;
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                if (!Entries().TryGetValue(name, out Entry? entry))
                    return Errno.ENOENT;
                child = NodeOf(name, entry);
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    public override Errno GetStatusOf(string name, out NodeStatus status)
    {
        status = default;
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                if (!Entries().TryGetValue(name, out Entry? entry))
                    return Errno.ENOENT;
                status = NodeOf(name, entry).StatusLocked();
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        entries = [];
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                entries = _listing ??= MakeListing();
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    /// <summary>A name here that leads to an inode, or null.</summary>
    public string? NameOf(long inode)
    {
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                foreach ((string name, Entry entry) in Entries())
                    if (entry.Inode == inode)
                        return name;
                return null;
            }
            catch (Exception error) when (Volume.ErrorOf(error) != Errno.None)
            {
                return null;
            }
        }
    }

    public override Errno CreateFile(string name, int mode, out Node? file)
    {
        Errno error = Create(name, NodeKind.File, mode, null, out DiskNode? node);
        file = node;
        return error;
    }

    public override Errno CreateDirectory(string name, int mode) => Create(name, NodeKind.Directory, mode, null, out _);

    public override Errno CreateSymbolicLink(string name, string target) =>
        Create(name, NodeKind.SymbolicLink, Modes.Everything, Encoding.UTF8.GetBytes(target), out _);

    public override Errno CreateLink(string name, Node existing)
    {
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                Volume.Begin();
                if (existing is not DiskNode { Links: > 0 } node || Links == 0)
                    return Errno.ENOENT;
                Errno error = CheckNew(name);
                if (error != Errno.None)
                    return error;
                if (node.Links == int.MaxValue)
                    return Errno.EMLINK;
                Place place = PrepareAdd(name);
                node.MarkDirty();
                Enter(place, name, node);
                node.Changed();
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    public override Errno Unlink(string name) => Remove(name, isDirectory: false);

    public override Errno RemoveDirectory(string name) => Remove(name, isDirectory: true);

    public override Errno Rename(string name, Node newParent, string newName)
    {
        if (newParent is not DiskDirectory target)
            return Errno.ENOTDIR;
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                Volume.Begin();
                return RenameLocked(name, target, newName);
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    private static Errno CanReplace(DiskNode node, DiskNode replaced) => (node, replaced) switch
    {
        (DiskDirectory, DiskDirectory directory) => directory.Entries().Count > 0 ? Errno.ENOTEMPTY : Errno.None,
        (DiskDirectory, _) => Errno.ENOTDIR,
        (_, DiskDirectory) => Errno.EISDIR,
        _ => Errno.None,
    };

    private Errno Create(string name, NodeKind kind, int mode, byte[]? target, out DiskNode? node)
    {
        node = null;
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                Volume.Begin();
                Errno error = CheckNew(name);
                if (error != Errno.None)
                    return error;
                Place place = PrepareAdd(name);
                DiskNode made = Volume.NewNode(kind, mode, this, name);
                if (made is DiskSymbolicLink link)
                {
                    try
                    {
                        link.SetTarget(link.Prepare(), target);
                    }
                    catch
                    {
                        made.ReleaseIfUnused();
                        throw;
                    }
                }

                Enter(place, name, made);
                node = made;
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    private Errno Remove(string name, bool isDirectory)
    {
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                Volume.Begin();
                if (!Entries().TryGetValue(name, out Entry? entry))
                    return Errno.ENOENT;
                if (isDirectory != (entry.Kind == NodeKind.Directory))
                    return isDirectory ? Errno.ENOTDIR : Errno.EISDIR;
                DiskNode node = NodeOf(name, entry);
                if (node is DiskDirectory directory && directory.Entries().Count > 0)
                    return Errno.ENOTEMPTY;
                PrepareChange(entry);
                node.MarkDirty();
                TakeOut(name, entry);
                Left(node);
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    private Errno RenameLocked(string name, DiskDirectory target, string newName)
    {
        if (!Entries().TryGetValue(name, out Entry? entry) || target.Links == 0)
            return Errno.ENOENT;
        DiskNode node = NodeOf(name, entry);
        DiskNode? replaced = null;
        if (target.Entries().TryGetValue(newName, out Entry? old))
        {
            replaced = target.NodeOf(newName, old);
            if (replaced == node)
                return Errno.None;
            Errno error = CanReplace(node, replaced);
            if (error != Errno.None)
                return error;
        }
        else if (!DirectoryBlock.IsName(newName))
        {
            return Errno.EILSEQ;
        }

        for (DiskDirectory? above = target; above is not null; above = above.Parent)
            if (above == node)
                return Errno.EINVAL;

        PrepareChange(entry);
        Place place = default;
        if (old is null)
            place = target.PrepareAdd(newName);
        else
            target.PrepareChange(old);
        node.MarkDirty();
        replaced?.MarkDirty();

        TakeOut(name, entry);
        Left(node, isMoved: true);
        if (old is null)
        {
            target.Enter(place, newName, node);
        }
        else
        {
            DirectoryBlock.Replace(target.Tree.Find(0, old.Block)!.Data, newName, (uint)node.Inode, node.Kind);
            (old.Inode, old.Kind) = ((uint)node.Inode, node.Kind);
            target.Left(replaced!);
            target.Came(node);
        }

        (node.Parent, node.Name) = (target, newName);
        node.Changed();
        return Errno.None;
    }

    private Errno CheckNew(string name)
    {
        if (Links == 0)
            return Errno.ENOENT;
        if (Entries().ContainsKey(name))
            return Errno.EEXIST;
        return DirectoryBlock.IsName(name) ? Errno.None : Errno.EILSEQ;
    }

    /// <summary>Makes a block changeable that has room for a new name.</summary>
    private Place PrepareAdd(string name)
    {
        MarkDirty();
        int bytes = DirectoryBlock.EntryBytes(name);
        int index = _blocks.Count - 1;
        while (index >= 0 && _blocks[index].Used + bytes > DiskLayout.BlockBytes)
            index--;
        int block = index < 0 ? _blocks.Count : index;
        return new Place(block, Tree.Dirty(0, block), new Entry());
    }

    private void PrepareChange(Entry entry)
    {
        MarkDirty();
        _ = Tree.Dirty(0, entry.Block);
    }

    /// <summary>Gives a node a name.</summary>
    private void Enter(Place place, string name, DiskNode node)
    {
        if (place.Block == _blocks.Count)
        {
            _blocks.Add(new Block());
            Size = (long)_blocks.Count << DiskLayout.BlockShift;
        }

        Block block = _blocks[place.Block];
        DirectoryBlock.Add(place.Page.Data, block.Used, name, (uint)node.Inode, node.Kind);
        block.Used += DirectoryBlock.EntryBytes(name);
        (place.Entry.Inode, place.Entry.Kind, place.Entry.Block) = ((uint)node.Inode, node.Kind, place.Block);
        Entries().Add(name, place.Entry);
        Came(node);
    }

    /// <summary>A node has a name here now.</summary>
    private void Came(DiskNode node)
    {
        node.Links += node is DiskDirectory { Links: 0 } ? 2 : 1;
        if (node is DiskDirectory)
            Links++;
        _listing = null;
        Modified();
    }

    private void TakeOut(string name, Entry entry)
    {
        _ = Entries().Remove(name);
        DirectoryBlock.Remove(Tree.Find(0, entry.Block)!.Data, name);
        _blocks[entry.Block].Used -= DirectoryBlock.EntryBytes(name);
    }

    /// <summary>A node has lost its name here.</summary>
    private void Left(DiskNode node, bool isMoved = false)
    {
        if (node is DiskDirectory)
            Links--;
        node.Links -= node is DiskDirectory && !isMoved ? 2 : 1;
        _listing = null;
        Modified();
        if (isMoved)
            return;
        node.Changed();
        node.ReleaseIfUnused();
    }

    private DiskNode NodeOf(string name, Entry entry) => Volume.Node(entry.Inode, entry.Kind, this, name);

    private IReadOnlyList<DirectoryEntry> MakeListing()
    {
        SortedDictionary<string, Entry> entries = Entries();
        var listing = new List<DirectoryEntry>(entries.Count);
        foreach ((string name, Entry entry) in entries)
            listing.Add(new DirectoryEntry(name, entry.Kind));
        return listing;
    }

    /// <summary>The entries, read on first use.</summary>
    private SortedDictionary<string, Entry> Entries()
    {
        if (_entries is not null)
            return _entries;
        var entries = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        _blocks.Clear();
        long count = DiskLayout.BlocksFor(Size);
        for (long block = 0; block < count; block++)
        {
            ReadOnlySpan<byte> data = (Tree.Find(0, block) ?? throw Damage(block, "there is a hole")).Data;
            int at = 0;
            while (true)
            {
                if (!DirectoryBlock.TryRead(data, ref at, out string? name, out uint inode, out NodeKind kind))
                    throw Damage(block, "its entries make no sense");
                if (name is null)
                    break;
                if (!entries.TryAdd(name, new Entry { Inode = inode, Kind = kind, Block = (int)block }))
                    throw Damage(block, $"the name '{name}' is there twice");
            }

            _blocks.Add(new Block { Used = at });
        }

        return _entries = entries;
    }

    private DamageException Damage(long block, string problem) => new($"{Path} is damaged: block {block} of the directory: {problem}");

    /// <summary>A name's inode, and the block of the directory that holds it.</summary>
    private sealed class Entry
    {
        public uint Inode { get; set; }

        public NodeKind Kind { get; set; }

        public int Block { get; set; }
    }

    private sealed class Block
    {
        /// <summary>Bytes that its entries take.</summary>
        public int Used { get; set; }
    }

    /// <summary>Room for a new name.</summary>
    private readonly struct Place(int block, CachedPage page, Entry entry)
    {
        public int Block { get; } = block;

        public CachedPage Page { get; } = page;

        public Entry Entry { get; } = entry;
    }
}
