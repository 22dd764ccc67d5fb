namespace MicroLake.Files;

/// <summary>A directory in memory: names in ordinal order.</summary>
internal sealed class TmpDirectory(TmpFileSystem owner, int mode, TmpDirectory? parent) : TmpNode(owner, mode)
{
    private readonly SortedDictionary<string, TmpNode> _children = new(StringComparer.Ordinal);
    private TmpDirectory? _parent = parent;
    private bool _removed;

    public override NodeKind Kind => NodeKind.Directory;

    protected override long Size => 0;

    protected override int LinkCount => _removed ? 0 : 2 + _children.Values.Count(child => child is TmpDirectory);

    public override Errno Lookup(string name, out Node? child)
    {
        lock (Owner.Gate)
        {
            bool found = _children.TryGetValue(name, out TmpNode? node);
            child = node;
            return found ? Errno.None : Errno.ENOENT;
        }
    }

    public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        lock (Owner.Gate)
        {
            var list = new List<DirectoryEntry>(_children.Count);
            foreach ((string name, TmpNode child) in _children)
                list.Add(new DirectoryEntry(name, child.Kind));
            entries = list;
            return Errno.None;
        }
    }

    public override Errno CreateFile(string name, int mode, out Node? file)
    {
        file = null;
        lock (Owner.Gate)
        {
            Errno error = Reserve(name);
            if (error == Errno.None)
                file = Enter(name, new TmpFile(Owner, mode));
            return error;
        }
    }

    public override Errno CreateDirectory(string name, int mode)
    {
        lock (Owner.Gate)
        {
            Errno error = Reserve(name);
            if (error == Errno.None)
                Enter(name, new TmpDirectory(Owner, mode, this));
            return error;
        }
    }

    public override Errno CreateSymbolicLink(string name, string target)
    {
        lock (Owner.Gate)
        {
            Errno error = Reserve(name);
            if (error == Errno.None)
                Enter(name, new TmpSymbolicLink(Owner, target));
            return error;
        }
    }

    public override Errno CreateLink(string name, Node existing)
    {
        lock (Owner.Gate)
        {
            if (_removed || existing is not TmpNode { Names: > 0 } node)
                return Errno.ENOENT;
            if (_children.ContainsKey(name))
                return Errno.EEXIST;
            node.Changed();
            Enter(name, node);
            return Errno.None;
        }
    }

    public override Errno Unlink(string name)
    {
        lock (Owner.Gate)
        {
            if (!_children.TryGetValue(name, out TmpNode? node))
                return Errno.ENOENT;
            if (node is TmpDirectory)
                return Errno.EISDIR;
            Leave(name, node);
            return Errno.None;
        }
    }

    public override Errno RemoveDirectory(string name)
    {
        lock (Owner.Gate)
        {
            if (!_children.TryGetValue(name, out TmpNode? node))
                return Errno.ENOENT;
            if (node is not TmpDirectory directory)
                return Errno.ENOTDIR;
            if (directory._children.Count != 0)
                return Errno.ENOTEMPTY;
            Leave(name, directory);
            return Errno.None;
        }
    }

    public override Errno Rename(string name, Node newParent, string newName)
    {
        if (newParent is not TmpDirectory target)
            return Errno.ENOTDIR;
        lock (Owner.Gate)
        {
            if (!_children.TryGetValue(name, out TmpNode? node) || target._removed)
                return Errno.ENOENT;
            if (target._children.TryGetValue(newName, out TmpNode? replaced))
            {
                if (replaced == node)
                    return Errno.None;
                Errno error = CanReplace(node, replaced);
                if (error != Errno.None)
                    return error;
            }
            for (TmpDirectory? above = target; above is not null; above = above._parent)
                if (above == node)
                    return Errno.EINVAL;
            if (replaced is not null)
                target.Leave(newName, replaced);
            _children.Remove(name);
            target._children.Add(newName, node);
            if (node is TmpDirectory directory)
                directory._parent = target;
            node.Changed();
            Modified();
            target.Modified();
            return Errno.None;
        }
    }

    protected override void Free() => Owner.Refund(TmpFileSystem.NodeCost);

    private static Errno CanReplace(TmpNode node, TmpNode replaced) => (node, replaced) switch
    {
        (TmpDirectory, TmpDirectory { _children.Count: > 0 }) => Errno.ENOTEMPTY,
        (TmpDirectory, not TmpDirectory) => Errno.ENOTDIR,
        (not TmpDirectory, TmpDirectory) => Errno.EISDIR,
        _ => Errno.None,
    };

    private Errno Reserve(string name)
    {
        if (_removed)
            return Errno.ENOENT;
        if (_children.ContainsKey(name))
            return Errno.EEXIST;
        return Owner.TryCharge(TmpFileSystem.NodeCost) ? Errno.None : Errno.ENOSPC;
    }

    private TmpNode Enter(string name, TmpNode node)
    {
        _children.Add(name, node);
        node.Names++;
        Modified();
        return node;
    }

    private void Leave(string name, TmpNode node)
    {
        _children.Remove(name);
        node.Names--;
        if (node is TmpDirectory directory)
            directory._removed = true;
        node.Changed();
        node.FreeIfUnused();
        Modified();
    }
}
