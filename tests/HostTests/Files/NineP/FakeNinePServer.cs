using System.Buffers.Binary;
using System.Text;
using MicroLake.Files;
using MicroLake.Files.NineP;

namespace MicroLake.HostTests.Files.NineP;

/// <summary>
/// A 9P2000.L server of a file system, and the carrier to it. It keeps its client to the protocol: what a good client never does is a violation.
/// </summary>
internal sealed class FakeNinePServer(FileSystem served) : NinePTransport
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Entry> _fids = [];
    private readonly HashSet<ushort> _tagsInFlight = [];
    private int _messageBytes = int.MaxValue;

    public override string Tag => "fake";

    public override int MaxMessageBytes { get; } = 64 << 10;

    /// <summary>The most that it agrees to.</summary>
    public int MostMessageBytes { get; init; } = 64 << 10;

    /// <summary>The longest read or write of a file; 0: as long as a message holds.</summary>
    public uint IoUnit { get; init; }

    public string Version { get; init; } = "9P2000.L";

    /// <summary>Requests of these types are refused.</summary>
    public Dictionary<MessageType, Errno> Refused { get; } = [];

    /// <summary>Names that each folder has besides its own.</summary>
    public List<byte[]> ExtraNames { get; } = [];

    /// <summary>Writes take no more than so many bytes.</summary>
    public int MostWritten { get; set; } = int.MaxValue;

    /// <summary>May change an answer; what it returns is how long the answer is said to be.</summary>
    public Func<byte[], byte[], byte[]>? OnAnswer { get; set; }

    /// <summary>Called while a request is in flight.</summary>
    public Action? InFlight { get; set; }

    public bool CarrierFails { get; set; }

    public int Synchronized { get; private set; }

    public int Requests { get; private set; }

    public List<string> Violations { get; } = [];

    /// <summary>Fids that the client has, that of the root included.</summary>
    public int Fids => _fids.Count;

    public override int Exchange(ReadOnlySpan<byte> request, ReadOnlySpan<byte> data, Span<byte> response, Span<byte> room)
    {
        if (CarrierFails)
            throw new IOException("the device is gone");
        byte[] asked = [.. request, .. data];
        int most = response.Length + room.Length;
        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(asked.AsSpan(5));
        byte[] answer;
        lock (_gate)
        {
            Requests++;
            Must(_tagsInFlight.Add(tag), "a tag that is in flight");
            Must(BinaryPrimitives.ReadInt32LittleEndian(asked) == asked.Length, "a message whose size is wrong");
            Must(asked.Length <= _messageBytes, "a message that is too long");
        }

        InFlight?.Invoke();
        lock (_gate)
        {
            answer = Answer(asked);
            Must(answer.Length <= Math.Min(_messageBytes, most), "no room for an answer");
            _tagsInFlight.Remove(tag);
        }

        if (OnAnswer is { } change)
            answer = change(asked, answer);
        int head = Math.Min(answer.Length, response.Length);
        answer.AsSpan(0, head).CopyTo(response);
        answer.AsSpan(head, Math.Min(answer.Length, most) - head).CopyTo(room);
        return answer.Length;
    }

    private void Must(bool good, string violation)
    {
        if (!good)
            Violations.Add(violation);
    }

    private byte[] Answer(byte[] request)
    {
        using BinaryReader reader = new(new MemoryStream(request));
        _ = reader.ReadInt32();
        var type = (MessageType)reader.ReadByte();
        ushort tag = reader.ReadUInt16();
        using MemoryStream body = new();
        using BinaryWriter writer = new(body);
        writer.Write(0);
        writer.Write((byte)(type + 1));
        writer.Write(tag);
        Errno error = Refused.TryGetValue(type, out Errno refusal) ? Refuse(type, reader, refusal) : Serve(type, reader, writer);
        Must(error != Errno.None || reader.BaseStream.Position == request.Length, $"a {type} that is too long");
        if (error != Errno.None)
        {
            body.SetLength(0);
            writer.Write(0);
            writer.Write((byte)MessageType.Error);
            writer.Write(tag);
            writer.Write((uint)error);
        }

        byte[] answer = body.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(answer, answer.Length);
        return answer;
    }

    private Errno Refuse(MessageType type, BinaryReader reader, Errno refusal)
    {
        // A clunk ends the fid whatever it answers.
        if (type == MessageType.Clunk)
            _ = Clunk(reader);
        return refusal;
    }

    private Errno Serve(MessageType type, BinaryReader reader, BinaryWriter writer)
    {
        switch (type)
        {
            case MessageType.Version:
                _messageBytes = (int)Math.Min(reader.ReadUInt32(), (uint)MostMessageBytes);
                _ = Text(reader);
                writer.Write(_messageBytes);
                Write(writer, Version);
                return Errno.None;
            case MessageType.Attach:
                uint root = reader.ReadUInt32();
                Must(reader.ReadUInt32() == uint.MaxValue, "an authentication");
                _ = Text(reader);
                _ = Text(reader);
                _ = reader.ReadUInt32();
                Must(_fids.TryAdd(root, new Entry(served.Root, null, "")), "a fid that is in use");
                Write(writer, served.Root);
                return Errno.None;
            case MessageType.Walk:
                return Walk(reader, writer);
            case MessageType.Clunk:
                return Clunk(reader);
        }

        Errno error = Find(reader, out Entry? entry);
        if (error != Errno.None)
        {
            reader.BaseStream.Position = reader.BaseStream.Length;
            return error;
        }

        return type switch
        {
            MessageType.Open => Open(entry!, reader, writer),
            MessageType.Create => Create(entry!, reader, writer),
            MessageType.Read => Read(entry!, reader, writer),
            MessageType.Write => Write(entry!, reader, writer),
            MessageType.ReadDirectory => ReadDirectory(entry!, reader, writer),
            MessageType.GetAttributes => GetAttributes(entry!, reader, writer),
            MessageType.SetAttributes => SetAttributes(entry!, reader),
            _ => Change(type, entry!, reader, writer),
        };
    }

    private Errno Change(MessageType type, Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        Errno error;
        switch (type)
        {
            case MessageType.StatFs:
                writer.Write((uint)0x01021997);
                writer.Write(512u);
                writer.Write((ulong)served.Space.Total / 512);
                writer.Write((ulong)served.Space.Free / 512);
                writer.Write((ulong)served.Space.Free / 512);
                writer.Write(new byte[8 * 3 + 4]);
                return Errno.None;
            case MessageType.ReadLink:
                error = entry.Node.ReadLink(out string target);
                Write(writer, target);
                return error;
            case MessageType.Synchronize:
                _ = reader.ReadUInt32();
                Must(entry.Opened is not null, "a synchronize of what is not open");
                Synchronized++;
                return Errno.None;
            case MessageType.MakeDirectory:
                string name = Text(reader);
                error = entry.Node.CreateDirectory(name, (int)reader.ReadUInt32());
                _ = reader.ReadUInt32();
                return error == Errno.None ? WriteChild(entry, name, writer) : error;
            case MessageType.SymbolicLink:
                string link = Text(reader);
                error = entry.Node.CreateSymbolicLink(link, Text(reader));
                _ = reader.ReadUInt32();
                return error == Errno.None ? WriteChild(entry, link, writer) : error;
            case MessageType.Link:
                error = Find(reader, out Entry? existing);
                string newName = Text(reader);
                return error == Errno.None ? entry.Node.CreateLink(newName, existing!.Node) : error;
            case MessageType.UnlinkAt:
                string removed = Text(reader);
                return reader.ReadUInt32() == 0x200 ? entry.Node.RemoveDirectory(removed) : entry.Node.Unlink(removed);
            case MessageType.RenameAt:
                string old = Text(reader);
                error = Find(reader, out Entry? folder);
                string renamed = Text(reader);
                return error == Errno.None ? entry.Node.Rename(old, folder!.Node, renamed) : error;
            case MessageType.Rename:
                error = Find(reader, out Entry? to);
                string moved = Text(reader);
                return error == Errno.None ? entry.Parent!.Rename(entry.Name, to!.Node, moved) : error;
            default:
                Must(false, $"a {type}");
                return Errno.ENOSYS;
        }
    }

    private Errno Walk(BinaryReader reader, BinaryWriter writer)
    {
        uint number = reader.ReadUInt32(), newNumber = reader.ReadUInt32();
        string[] names = new string[reader.ReadUInt16()];
        for (int i = 0; i < names.Length; i++)
            names[i] = Text(reader);
        Must(names.Length <= 16, "a walk of more than 16 names");
        if (!_fids.TryGetValue(number, out Entry? at))
            return Errno.EBADF;
        Must(at.Opened is null, "a walk from an open file");
        Must(number == newNumber || !_fids.ContainsKey(newNumber), "a walk to a fid that is in use");
        List<Node> found = [];
        foreach (string name in names)
        {
            Errno error = at.Node.Lookup(name, out Node? child);
            if (error != Errno.None && found.Count == 0)
                return error;
            if (error != Errno.None)
                break;
            found.Add(child!);
            at = new Entry(child!, at.Node, name);
        }

        writer.Write((ushort)found.Count);
        foreach (Node node in found)
            Write(writer, node);
        if (found.Count == names.Length)
            _fids[newNumber] = new Entry(at.Node, at.Parent, at.Name);
        return Errno.None;
    }

    private Errno Clunk(BinaryReader reader)
    {
        uint number = reader.ReadUInt32();
        if (!_fids.Remove(number, out Entry? entry))
            return Errno.EBADF;
        entry.Opened?.Closed();
        return Errno.None;
    }

    private Errno Open(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        var flags = (OpenFlags)reader.ReadUInt32();
        Must(entry.Opened is null, "an open of what is open");
        if (entry.Node.Kind == NodeKind.SymbolicLink)
            return Errno.ELOOP;
        if (entry.Node.Kind == NodeKind.Directory && (flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly)
            return Errno.EISDIR;
        return Opened(entry, flags, writer);
    }

    private Errno Create(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        string name = Text(reader);
        var flags = (OpenFlags)reader.ReadUInt32();
        uint mode = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        Must(entry.Opened is null, "a creation in an open folder");
        Must((flags & (OpenFlags.Create | OpenFlags.Exclusive)) == (OpenFlags.Create | OpenFlags.Exclusive), "a creation that is none");
        Node folder = entry.Node;
        Errno error = folder.CreateFile(name, (int)mode, out Node? file);
        if (error != Errno.None)
            return error;
        (entry.Node, entry.Parent, entry.Name) = (file!, folder, name);
        return Opened(entry, flags, writer);
    }

    private Errno Opened(Entry entry, OpenFlags flags, BinaryWriter writer)
    {
        Errno error = entry.Node.Open(flags, out Node opened);
        if (error != Errno.None)
            return error;
        (entry.Opened, entry.Flags) = (opened, flags);
        Write(writer, opened);
        writer.Write(IoUnit);
        return Errno.None;
    }

    private Errno Read(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        ulong offset = reader.ReadUInt64();
        byte[] buffer = new byte[reader.ReadUInt32()];
        Must(IoUnit == 0 || buffer.Length <= IoUnit, "a read of more than the unit");
        if (entry.Opened is null || (entry.Flags & OpenFlags.AccessMask) == OpenFlags.WriteOnly)
            return Errno.EBADF;
        Errno error = entry.Opened.Read((long)offset, buffer, out int count);
        writer.Write(count);
        writer.Write(buffer, 0, count);
        return error;
    }

    private Errno Write(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        ulong offset = reader.ReadUInt64();
        byte[] data = reader.ReadBytes((int)reader.ReadUInt32());
        Must(IoUnit == 0 || data.Length <= IoUnit, "a write of more than the unit");
        if (entry.Opened is null || (entry.Flags & OpenFlags.AccessMask) == OpenFlags.ReadOnly)
            return Errno.EBADF;
        ReadOnlySpan<byte> taken = data.AsSpan(0, Math.Min(data.Length, MostWritten));
        Errno error = (entry.Flags & OpenFlags.Append) != 0
            ? entry.Opened.Append(taken, out int count, out _)
            : entry.Opened.Write((long)offset, taken, out count);
        writer.Write(count);
        return error;
    }

    private Errno ReadDirectory(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        int next = (int)reader.ReadUInt64();
        uint room = reader.ReadUInt32();
        if (entry.Opened is null || entry.Node.Kind != NodeKind.Directory)
            return Errno.EBADF;
        Errno error = entry.Node.List(out IReadOnlyList<DirectoryEntry> own);
        if (error != Errno.None)
            return error;
        (byte[] Name, NodeKind Kind)[] all =
        [
            ("."u8.ToArray(), NodeKind.Directory), (".."u8.ToArray(), NodeKind.Directory),
            .. ExtraNames.Select(name => (name, NodeKind.File)),
            // Servers give names in no order.
            .. own.Reverse().Select(child => (Encoding.UTF8.GetBytes(child.Name), child.Kind)),
        ];
        using MemoryStream data = new();
        using BinaryWriter entries = new(data);
        for (; next < all.Length && data.Length + 24 + all[next].Name.Length <= room; next++)
        {
            Write(entries, all[next].Kind, 7);
            entries.Write((ulong)(next + 1));
            entries.Write(all[next].Kind switch { NodeKind.Directory => (byte)4, NodeKind.SymbolicLink => (byte)10, _ => (byte)(next % 2 == 0 ? 8 : 0) });
            entries.Write((ushort)all[next].Name.Length);
            entries.Write(all[next].Name);
        }

        writer.Write((uint)data.Length);
        writer.Write(data.ToArray());
        return Errno.None;
    }

    private static Errno GetAttributes(Entry entry, BinaryReader reader, BinaryWriter writer)
    {
        _ = reader.ReadUInt64();
        Node node = entry.Opened ?? entry.Node;
        Errno error = node.GetStatus(out NodeStatus status);
        writer.Write(0x7FFul);
        Write(writer, node);
        writer.Write((uint)status.Mode | (status.Kind switch { NodeKind.Directory => 0x4000u, NodeKind.SymbolicLink => 0xA000u, _ => 0x8000u }));
        writer.Write(0u);
        writer.Write(0u);
        writer.Write((ulong)status.Links);
        writer.Write(0ul);
        writer.Write((ulong)status.Size);
        writer.Write(4096ul);
        writer.Write((ulong)(status.Size + 511) / 512);
        foreach (long time in (long[])[status.Times.Access, status.Times.Modification, status.Times.Change, 0])
        {
            long seconds = time < 0 ? -((-time + 999_999_999) / 1_000_000_000) : time / 1_000_000_000;
            writer.Write(seconds);
            writer.Write(time - (seconds * 1_000_000_000));
        }

        writer.Write(0ul);
        writer.Write(0ul);
        return error;
    }

    private static Errno SetAttributes(Entry entry, BinaryReader reader)
    {
        uint valid = reader.ReadUInt32();
        uint mode = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        long size = reader.ReadInt64();
        long access = (reader.ReadInt64() * 1_000_000_000) + reader.ReadInt64();
        long modification = (reader.ReadInt64() * 1_000_000_000) + reader.ReadInt64();
        Node node = entry.Opened ?? entry.Node;
        Errno error = Errno.None;
        if ((valid & 0x1) != 0)
            error = node.SetMode((int)mode);
        if (error == Errno.None && (valid & 0x8) != 0)
            error = node.Truncate(size);
        if (error == Errno.None && (valid & (0x80 | 0x100)) != 0)
            error = node.SetTimes((valid & 0x80) != 0 ? access : null, (valid & 0x100) != 0 ? modification : null);
        return error;
    }

    private Errno Find(BinaryReader reader, out Entry? entry)
    {
        bool found = _fids.TryGetValue(reader.ReadUInt32(), out entry);
        Must(found, "a fid that is not there");
        return found ? Errno.None : Errno.EBADF;
    }

    private static Errno WriteChild(Entry folder, string name, BinaryWriter writer)
    {
        Errno error = folder.Node.Lookup(name, out Node? child);
        if (error == Errno.None)
            Write(writer, child!);
        return error;
    }

    private static void Write(BinaryWriter writer, Node node) => Write(writer, node.Kind, (ulong)node.Status.Inode);

    private static void Write(BinaryWriter writer, NodeKind kind, ulong number)
    {
        writer.Write(kind switch { NodeKind.Directory => (byte)0x80, NodeKind.SymbolicLink => (byte)0x02, _ => (byte)0 });
        writer.Write(0u);
        writer.Write(number);
    }

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16()));

    private static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    /// <summary>What a fid leads to.</summary>
    private sealed class Entry(Node node, Node? parent, string name)
    {
        public Node Node { get; set; } = node;

        public Node? Parent { get; set; } = parent;

        public string Name { get; set; } = name;

        public Node? Opened { get; set; }

        public OpenFlags Flags { get; set; }
    }
}
