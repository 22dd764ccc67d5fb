namespace MicroLake.Files.Remote;

/// <summary>What a path of the server leads to. Every operation names the path anew; an open file has a number of its own instead.</summary>
/// <param name="status">As the look-up found it; null: it is asked for each time.</param>
internal sealed class RemoteNode(RemoteFileSystem owner, string path, NodeKind kind, NodeStatus? status) : Node(owner)
{
    /// <summary>In the server's tree.</summary>
    public string Path => path;

    public override NodeKind Kind => kind;

    public override NodeStatus Status
    {
        get
        {
            _ = GetStatus(out NodeStatus found);
            return found;
        }
    }

    public override Errno GetStatus(out NodeStatus found)
    {
        found = status ?? default;
        return status is null ? Answer.ReadStatus(owner.Bytes(s => s.Status(path)), owner.Device, out found) : Errno.None;
    }

    public override Errno Lookup(string name, out Node? child)
    {
        child = null;
        if (kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        string childPath = PathOf(name);
        Errno error = Answer.ReadStatus(owner.Bytes(s => s.Status(childPath)), owner.Device, out NodeStatus found);
        if (error == Errno.None)
            child = new RemoteNode(owner, childPath, found.Kind, found);
        return error;
    }

    public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        var list = new List<DirectoryEntry>();
        entries = list;
        Errno error;
        bool more;
        do
        {
            string after = list.Count == 0 ? "" : list[^1].Name;
            error = Listing.Read(owner.Bytes(s => s.List(path, after)), list, out more);
        }
        while (error == Errno.None && more);
        return error;
    }

    public override Errno ReadLink(out string target) => Answer.ReadText(owner.Bytes(s => s.ReadLink(path)), out target);

    public override Errno CreateFile(string name, int mode, out Node? file)
    {
        string childPath = PathOf(name);
        Errno error = owner.Change(s => s.CreateFile(childPath, mode));
        file = error == Errno.None ? new RemoteNode(owner, childPath, NodeKind.File, null) : null;
        return error;
    }

    public override Errno CreateDirectory(string name, int mode) => owner.Change(s => s.CreateDirectory(PathOf(name), mode));

    public override Errno CreateSymbolicLink(string name, string target) => owner.Change(s => s.CreateSymbolicLink(PathOf(name), target));

    public override Errno CreateLink(string name, Node existing) =>
        existing is RemoteNode node ? owner.Change(s => s.CreateLink(PathOf(name), node.Path)) : Errno.EXDEV;

    public override Errno Unlink(string name) => owner.Change(s => s.Unlink(PathOf(name)));

    public override Errno RemoveDirectory(string name) => owner.Change(s => s.RemoveDirectory(PathOf(name)));

    public override Errno Rename(string name, Node newParent, string newName) =>
        newParent is RemoteNode target ? owner.Change(s => s.Rename(PathOf(name), target.PathOf(newName))) : Errno.EXDEV;

    public override Errno SetMode(int mode) => owner.Change(s => s.SetMode(path, mode));

    public override Errno SetTimes(long? access, long? modification) =>
        owner.Change(s => s.SetTimes(path, access ?? FileContract.SameTime, modification ?? FileContract.SameTime));

    public override Errno Open(OpenFlags flags, out Node opened)
    {
        opened = this;
        if (owner.Connection is not { } connection)
            return Errno.EIO;
        Errno error = connection.Number(s => s.Open(path, flags & (OpenFlags.AccessMask | OpenFlags.Append)), int.MaxValue, out int number);
        if (error == Errno.None)
            opened = new RemoteFile(owner, connection, number, kind);
        return error;
    }

    private string PathOf(string name) => path == "/" ? "/" + name : path + "/" + name;
}
