using System.Text;
using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>A directory on a disk. Its names are in memory while anybody uses it.</summary>
internal sealed class DiskDirectory(Volume volume, long inode, in InodeRecord record, DiskDirectory? parent, string name)
    : DiskNode(volume, inode, record, parent, name)
{
    private DirectoryNames? _names;

    public override NodeKind Kind => NodeKind.Directory;

    /// <summary>Read on first use.</summary>
    private DirectoryNames Names => _names ??= DirectoryNames.Read(this, DiskLayout.BlocksFor(Size));

    public override Errno Lookup(string name, out Node? child)
    {
        child = null;
        using (Volume.Gate.Read(Inode))
        {
            try
            {
                if (!Names.TryGet(name, out DirectoryNames.Entry? entry))
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
                if (!Names.TryGet(name, out DirectoryNames.Entry? entry))
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
                entries = Names.Listing;
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
                return Names.NameOf(inode);
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
                DirectoryNames.Place place = PrepareAdd(name);
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
        (DiskDirectory, DiskDirectory directory) => directory.Names.Count > 0 ? Errno.ENOTEMPTY : Errno.None,
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
                DirectoryNames.Place place = PrepareAdd(name);
                DiskNode made = Volume.Inodes.New(kind, mode, this, name);
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
                if (!Names.TryGet(name, out DirectoryNames.Entry? entry))
                    return Errno.ENOENT;
                if (isDirectory != (entry.Kind == NodeKind.Directory))
                    return isDirectory ? Errno.ENOTDIR : Errno.EISDIR;
                DiskNode node = NodeOf(name, entry);
                if (node is DiskDirectory directory && directory.Names.Count > 0)
                    return Errno.ENOTEMPTY;
                PrepareChange(entry);
                node.MarkDirty();
                Names.Remove(name, entry);
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
        if (!Names.TryGet(name, out DirectoryNames.Entry? entry) || target.Links == 0)
            return Errno.ENOENT;
        DiskNode node = NodeOf(name, entry);
        DiskNode? replaced = null;
        if (target.Names.TryGet(newName, out DirectoryNames.Entry? old))
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
        DirectoryNames.Place place = default;
        if (old is null)
            place = target.PrepareAdd(newName);
        else
            target.PrepareChange(old);
        node.MarkDirty();
        replaced?.MarkDirty();

        Names.Remove(name, entry);
        Left(node, isMoved: true);
        if (old is null)
        {
            target.Enter(place, newName, node);
        }
        else
        {
            target.Names.Replace(newName, old, node);
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
        if (Names.Contains(name))
            return Errno.EEXIST;
        return DirectoryBlock.IsName(name) ? Errno.None : Errno.EILSEQ;
    }

    private DirectoryNames.Place PrepareAdd(string name)
    {
        MarkDirty();
        return Names.PrepareAdd(name);
    }

    private void PrepareChange(DirectoryNames.Entry entry)
    {
        MarkDirty();
        Names.PrepareChange(entry);
    }

    /// <summary>Gives a node a name.</summary>
    private void Enter(DirectoryNames.Place place, string name, DiskNode node)
    {
        Names.Add(place, name, node);
        Size = (long)Names.Blocks << DiskLayout.BlockShift;
        Came(node);
    }

    /// <summary>A node has a name here now.</summary>
    private void Came(DiskNode node)
    {
        node.Links += node is DiskDirectory { Links: 0 } ? 2 : 1;
        if (node is DiskDirectory)
            Links++;
        Modified();
    }

    /// <summary>A node has lost its name here.</summary>
    private void Left(DiskNode node, bool isMoved = false)
    {
        if (node is DiskDirectory)
            Links--;
        node.Links -= node is DiskDirectory && !isMoved ? 2 : 1;
        Modified();
        if (isMoved)
            return;
        node.Changed();
        node.ReleaseIfUnused();
    }

    private DiskNode NodeOf(string name, DirectoryNames.Entry entry) => Volume.Inodes.Node(entry.Inode, entry.Kind, this, name);
}
