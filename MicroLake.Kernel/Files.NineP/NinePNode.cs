using System.Text;
using System.Text.Unicode;

namespace MicroLake.Files.NineP;

/// <summary>
/// What a path of the server leads to. A look-up walks a fid there, which the next operation on the node takes; where it is gone by then, the path is
/// walked anew from the root.
/// </summary>
/// <param name="parent">Null: the root.</param>
/// <param name="fid">Parked there by the look-up, or null.</param>
internal sealed class NinePNode(NinePFileSystem owner, NinePNode? parent, string name, NodeKind kind, Fid? fid) : Node(owner)
{
    /// <summary>AT_REMOVEDIR.</summary>
    private const uint RemoveDirectoryFlag = 0x200;

    private readonly NinePClient _client = owner.Client;
    private Fid? _fid = fid;
    private NinePFile? _created;

    public override NodeKind Kind => kind;

    public override NodeStatus Status
    {
        get
        {
            _ = GetStatus(out NodeStatus status);
            return status;
        }
    }

    public override Errno GetStatus(out NodeStatus status)
    {
        status = default;
        Errno error = Borrow(out Fid? here);
        if (error != Errno.None)
            return error;
        error = Attributes.Get(owner, here!, out status);
        Return(here!);
        return error;
    }

    public override Errno Lookup(string child, out Node? node)
    {
        node = null;
        if (kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Fid? there = Take();
        Errno error;
        NodeKind childKind;
        if (there is null)
        {
            error = _client.Walk(_client.Root, Path(child), out there, out childKind);
        }
        else
        {
            error = _client.Move(ref there, child, out childKind);
            if (error != Errno.None && there is not null)
                Return(there);
        }

        if (error != Errno.None)
            return error;
        _client.Park(there!);
        node = new NinePNode(owner, this, child, childKind, there);
        return Errno.None;
    }

    /// <summary>
    /// Asks by the fid of the last time, if that is still parked: one request in place of three. A file that has lost its last name by now is looked for
    /// anew. QEMU's fids are paths, so its answer is that of now; with a server whose fids follow the file, one that was renamed on its side is told once more.
    /// </summary>
    public override Errno GetStatusOf(string child, out NodeStatus status)
    {
        string path = string.Join('/', Path(child));
        Fid? there = _client.TakeParked(path);
        Errno error = Errno.ENOENT;
        status = default;
        if (there is not null)
        {
            error = Attributes.Get(owner, there, out status);
            if (error == Errno.None && status.Links == 0)
                error = Errno.ENOENT;
            if (error != Errno.None)
                _client.Clunk(there);
        }

        if (error != Errno.None)
        {
            error = Lookup(child, out Node? node);
            if (error == Errno.None)
                error = ((NinePNode)node!).Own(out there);
            if (error != Errno.None)
                return error;
            error = Attributes.Get(owner, there!, out status);
        }

        there!.Path = error == Errno.None ? path : null;
        _client.Park(there);
        return error;
    }

    public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        entries = [];
        if (kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Errno error = Own(out Fid? here);
        if (error != Errno.None)
            return error;
        error = NinePFile.Open(owner, here!, kind, OpenFlags.Directory, out NinePFile? opened);
        if (error != Errno.None)
            return error;
        error = DirectoryReader.Read(_client, here!, out List<DirectoryEntry> list);
        opened!.Closed();
        if (error == Errno.None)
            entries = list;
        return error;
    }

    public override Errno ReadLink(out string target)
    {
        target = "";
        if (kind != NodeKind.SymbolicLink)
            return Errno.EINVAL;
        Errno error = Borrow(out Fid? here);
        if (error != Errno.None)
            return error;
        using NinePCall call = _client.Begin(MessageType.ReadLink);
        error = call.Write(here!.Number).Send();
        if (error == Errno.None)
        {
            ReadOnlySpan<byte> text = call.ReadText();
            error = call.End();
            if (error == Errno.None && (text.IsEmpty || text.Contains((byte)0)))
                error = call.Malformed();
            else if (error == Errno.None && !Utf8.IsValid(text))
                error = Errno.EILSEQ;
            else if (error == Errno.None)
                target = Encoding.UTF8.GetString(text);
        }

        Return(here);
        return error;
    }

    public override Errno CreateFile(string child, int mode, out Node? file)
    {
        file = null;
        if (kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Errno error = Own(out Fid? there);
        if (error != Errno.None)
            return error;
        error = NinePFile.Create(owner, there!, child, mode, out NinePFile? created);
        if (error != Errno.None)
            return error;
        // Who made it opens it next: the fid is there, open.
        _client.Park(there!);
        file = new NinePNode(owner, this, child, NodeKind.File, fid: null) { _created = created };
        return Errno.None;
    }

    public override Errno CreateDirectory(string child, int mode) =>
        Change(MessageType.MakeDirectory, call => call.Write(child).Write((uint)mode).Write(NinePClient.Nobody), answersQid: true);

    public override Errno CreateSymbolicLink(string child, string target) =>
        Change(MessageType.SymbolicLink, call => call.Write(child).Write(target).Write(NinePClient.Nobody), answersQid: true);

    public override Errno CreateLink(string child, Node existing)
    {
        if (existing is not NinePNode node)
            return Errno.EXDEV;
        Errno error = node.Borrow(out Fid? there);
        if (error != Errno.None)
            return error;
        error = Change(MessageType.Link, call => call.Write(there!.Number).Write(child));
        node.Return(there!);
        return error;
    }

    public override Errno Unlink(string child) => Remove(child, 0);

    public override Errno RemoveDirectory(string child) => Remove(child, RemoveDirectoryFlag);

    public override Errno Rename(string child, Node newParent, string newName)
    {
        if (newParent is not NinePNode target)
            return Errno.EXDEV;
        Errno error = target.Borrow(out Fid? there);
        if (error != Errno.None)
            return error;
        error = Change(MessageType.RenameAt, call => call.Write(child).Write(there!.Number).Write(newName));
        if (error is Errno.ENOTSUP or Errno.ENOSYS)
            error = RenameByFid(child, there!, newName);
        target.Return(there!);
        _client.ForgetPaths();
        return error;
    }

    public override Errno Truncate(long length) => Set(Attributes.SetSize, size: length);

    public override Errno SetMode(int mode) => Set(Attributes.SetMode, mode: mode);

    public override Errno SetTimes(long? access, long? modification) =>
        Set(Attributes.SetTimes(access, modification), access: access ?? 0, modification: modification ?? 0);

    public override Errno Open(OpenFlags flags, out Node opened)
    {
        opened = this;
        bool append = (flags & OpenFlags.Append) != 0;
        NinePFile? created = Interlocked.Exchange(ref _created, null);
        if (created is not null && !created.Fid.TryTake())
            created = null;
        if (created is not null && !append)
        {
            opened = created;
            return Errno.None;
        }

        NinePFile? file = null;
        Errno error = Own(out Fid? here);
        if (error == Errno.None)
            error = NinePFile.Open(owner, here!, kind, flags, out file);
        if (error != Errno.None)
        {
            // Permissions that the new file has do not bind who made it.
            file = created;
            created = null;
        }

        created?.Closed();
        if (file is null)
            return error;
        opened = file;
        return Errno.None;
    }

    private Errno Remove(string child, uint flags)
    {
        Errno error = Change(MessageType.UnlinkAt, call => call.Write(child).Write(flags));
        _client.ForgetPaths();
        return error;
    }

    /// <summary>A change of the folder that this is.</summary>
    private Errno Change(MessageType type, Func<NinePCall, NinePCall> fields, bool answersQid = false)
    {
        if (kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        Errno error = Borrow(out Fid? here);
        if (error != Errno.None)
            return error;
        using NinePCall call = _client.Begin(type);
        error = fields(call.Write(here!.Number)).Send();
        if (error == Errno.None && answersQid)
            _ = call.ReadQid();
        if (error == Errno.None)
            error = call.End();
        Return(here);
        return error;
    }

    /// <summary>For servers of before Trenameat.</summary>
    private Errno RenameByFid(string child, Fid target, string newName)
    {
        Errno error = _client.Walk(_client.Root, Path(child), out Fid? moved, out _);
        if (error != Errno.None)
            return error;
        using NinePCall call = _client.Begin(MessageType.Rename);
        error = call.Write(moved!.Number).Write(target.Number).Write(newName).SendOnly();
        _client.Clunk(moved);
        return error;
    }

    private Errno Set(uint which, int mode = 0, long size = 0, long access = 0, long modification = 0)
    {
        Errno error = Borrow(out Fid? here);
        if (error != Errno.None)
            return error;
        error = Attributes.Set(_client, here!, which, mode, size, access, modification);
        Return(here!);
        return error;
    }

    /// <summary>A fid that leads here for one request: <see cref="Return"/> takes it back.</summary>
    private Errno Borrow(out Fid? here)
    {
        if (parent is not null)
            return Own(out here);
        here = _client.Root;
        return Errno.None;
    }

    private void Return(Fid here)
    {
        if (parent is null)
            return;
        _client.Park(here);
        _fid = here;
    }

    /// <summary>A fid that leads here and is the caller's.</summary>
    private Errno Own(out Fid? here)
    {
        here = Take();
        if (here is not null)
            return Errno.None;
        Errno error = _client.Walk(_client.Root, Path(null), out here, out NodeKind now);
        if (error != Errno.None || now == kind)
            return error;
        // Something else has the name by now.
        _client.Clunk(here!);
        return Errno.ESTALE;
    }

    /// <summary>The fid that the look-up parked, if it is still there.</summary>
    private Fid? Take() => _fid is { } parked && parked.TryTake() ? parked : null;

    /// <summary>The names from the root to here, and to a child.</summary>
    private string[] Path(string? child)
    {
        List<string> names = [];
        if (child is not null)
            names.Add(child);
        for (NinePNode at = this; at.Parent is { } above; at = above)
            names.Add(at.Name);
        names.Reverse();
        return [.. names];
    }

    private NinePNode? Parent => parent;

    private string Name => name;
}
