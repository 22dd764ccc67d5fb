namespace MicroLake.Files.NineP;

/// <summary>A file or folder that the server has open for one open file of this side, until that is closed.</summary>
/// <param name="number">Of the file, as its inode's.</param>
/// <param name="dataBytes">The most bytes that one request reads or writes.</param>
internal sealed class NinePFile(NinePFileSystem owner, Fid fid, NodeKind kind, ulong number, int dataBytes) : Node(owner)
{
    private const uint ReadWrite = 2, CreateFlag = 0x40, Exclusive = 0x80, LargeFile = 0x8000;

    private readonly NinePClient _client = owner.Client;
    private AdvisoryLock? _lock;

    public Fid Fid => fid;

    public override NodeKind Kind => kind;

    public override NodeStatus Status
    {
        get
        {
            _ = GetStatus(out NodeStatus status);
            return status;
        }
    }

    /// <summary>Opens what a fid of the caller's leads to. After an error the fid is given back.</summary>
    /// <param name="kind">What it was found to be.</param>
    public static Errno Open(NinePFileSystem owner, Fid fid, NodeKind kind, OpenFlags flags, out NinePFile? file)
    {
        const OpenFlags passed = OpenFlags.AccessMask | OpenFlags.Append | OpenFlags.Directory;
        using NinePCall call = owner.Client.Begin(MessageType.Open);
        Errno error = call.Write(fid.Number).Write((uint)(flags & passed) | LargeFile).Send();
        return Finish(owner, call, error, fid, kind, out file);
    }

    /// <summary>Makes a file in the folder that a fid of the caller's leads to, which leads to the file then. After an error the fid is given back.</summary>
    public static Errno Create(NinePFileSystem owner, Fid fid, string name, int mode, out NinePFile? file)
    {
        // How it will be used is not known here, and permissions do not bind who makes a file: so it is opened for everything.
        using NinePCall call = owner.Client.Begin(MessageType.Create);
        Errno error = call.Write(fid.Number).Write(name).Write(ReadWrite | CreateFlag | Exclusive | LargeFile)
            .Write((uint)mode).Write(NinePClient.Nobody).Send();
        return Finish(owner, call, error, fid, NodeKind.File, out file);
    }

    public override Errno GetStatus(out NodeStatus status) => Attributes.Get(owner, fid, out status);

    public override Errno Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        if (kind != NodeKind.File)
            return Errno.EISDIR;
        while (count < buffer.Length)
        {
            int wanted = Math.Min(buffer.Length - count, dataBytes);
            Errno error = ReadPart(offset + count, buffer.Slice(count, wanted), out int part);
            if (error != Errno.None)
                return count > 0 ? Errno.None : error;
            count += part;
            if (part < wanted)
                break;
        }

        return Errno.None;
    }

    public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (kind != NodeKind.File)
            return Errno.EISDIR;
        if (offset > long.MaxValue - data.Length)
            return Errno.EFBIG;
        while (count < data.Length)
        {
            ReadOnlySpan<byte> part = data.Slice(count, Math.Min(data.Length - count, dataBytes));
            Errno error = WritePart(offset + count, part, out int done);
            if (error != Errno.None)
                return count > 0 ? Errno.None : error;
            count += done;
            if (done < part.Length)
                break;
        }

        return Errno.None;
    }

    /// <summary>The server appends by itself where the file was opened for that; the position is as this side sees the end.</summary>
    public override Errno Append(ReadOnlySpan<byte> data, out int count, out long position)
    {
        count = 0;
        position = 0;
        Errno error = GetStatus(out NodeStatus status);
        if (error != Errno.None)
            return error;
        error = Write(status.Size, data, out count);
        position = status.Size + count;
        return error;
    }

    public override Errno Truncate(long length) => Attributes.Set(_client, fid, Attributes.SetSize, size: length);

    public override Errno SetMode(int mode) => Attributes.Set(_client, fid, Attributes.SetMode, mode: mode);

    public override Errno SetTimes(long? access, long? modification) =>
        Attributes.Set(_client, fid, Attributes.SetTimes(access, modification), access: access ?? 0, modification: modification ?? 0);

    public override Errno Synchronize()
    {
        using NinePCall call = _client.Begin(MessageType.Synchronize);
        return call.Write(fid.Number).Write(0u).SendOnly();
    }

    public override Errno Lock(OpenFile file, bool exclusive, bool wait)
    {
        AdvisoryLock held = LazyInitializer.EnsureInitialized(ref _lock, () => owner.Locks.Take(number));
        if (!wait)
            return held.TryAcquire(file, exclusive);
        held.Acquire(file, exclusive);
        return Errno.None;
    }

    public override void Unlock(OpenFile file) => _lock?.Release(file);

    public override void Closed()
    {
        if (_lock is not null)
            owner.Locks.Give(number);
        _client.Clunk(fid);
    }

    private static Errno Finish(NinePFileSystem owner, NinePCall call, Errno error, Fid fid, NodeKind kind, out NinePFile? file)
    {
        file = null;
        if (error == Errno.None)
        {
            Qid qid = call.ReadQid();
            uint unit = call.ReadUInt32();
            error = call.End();
            // Something else has the name by now.
            if (error == Errno.None && qid.Kind != kind)
                error = Errno.ESTALE;
            int most = owner.Client.MostDataBytes;
            if (error == Errno.None)
                file = new NinePFile(owner, fid, kind, qid.Path, unit == 0 ? most : (int)Math.Min(unit, (uint)most));
        }

        if (error != Errno.None)
            owner.Client.Clunk(fid);
        return error;
    }

    private Errno ReadPart(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        using NinePCall call = _client.Begin(MessageType.Read);
        Errno error = call.Write(fid.Number).Write((ulong)offset).Write((uint)buffer.Length).Send(room: buffer);
        return error == Errno.None ? call.EndWithData(out count) : error;
    }

    private Errno WritePart(long offset, ReadOnlySpan<byte> part, out int count)
    {
        count = 0;
        using NinePCall call = _client.Begin(MessageType.Write);
        Errno error = call.Write(fid.Number).Write((ulong)offset).Send(part);
        if (error != Errno.None)
            return error;
        uint done = call.ReadUInt32();
        error = call.End();
        if (error != Errno.None)
            return error;
        // Whoever writes would try for ever if nothing were written and nothing were wrong.
        if (done == 0 || done > part.Length)
            return call.Malformed();
        count = (int)done;
        return Errno.None;
    }
}
