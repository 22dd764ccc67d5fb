using System.Text;
using System.Text.Unicode;

namespace MicroLake.Files.NineP;

/// <summary>Reads the names in a folder that is open.</summary>
internal sealed class DirectoryReader
{
    /// <summary>The most names of one folder, so that no server can go on for ever.</summary>
    private const int MostNames = 1 << 17;

    private const int BytesPerRequest = 32 << 10;

    /// <summary>d_type of dirent(3).</summary>
    private const byte UnknownType = 0, DirectoryType = 4, FileType = 8, SymbolicLinkType = 10;

    private readonly NinePClient _client;
    private readonly Fid _folder;
    private readonly List<DirectoryEntry> _entries = [];
    private int _seen;
    private int _unreadable;
    private ulong _offset;

    private DirectoryReader(NinePClient client, Fid folder)
    {
        _client = client;
        _folder = folder;
    }

    /// <param name="entries">In ordinal order, without the folder itself and the one above.</param>
    public static Errno Read(NinePClient client, Fid folder, out List<DirectoryEntry> entries)
    {
        DirectoryReader reader = new(client, folder);
        entries = reader._entries;
        Errno error;
        bool more;
        do
            error = reader.ReadPart(out more);
        while (error == Errno.None && more);
        if (reader._unreadable > 0)
            client.Log($"{reader._unreadable} names of a folder are left out: they are not UTF-8");
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return error;
    }

    private Errno ReadPart(out bool more)
    {
        int requested = Math.Min(BytesPerRequest, _client.MostDataBytes);
        using NinePCall call = _client.Begin(MessageType.ReadDirectory, requested);
        Errno error = call.Write(_folder.Number).Write(_offset).Write((uint)requested).Send();
        more = false;
        if (error != Errno.None)
            return error;
        uint count = call.ReadUInt32();
        if (count != call.Left || count > requested)
            return call.Malformed();
        more = count > 0;
        while (call.Left > 0)
        {
            Qid qid = call.ReadQid();
            _offset = call.ReadUInt64();
            byte type = call.ReadByte();
            ReadOnlySpan<byte> name = call.ReadText();
            if (name.IsEmpty || name.Length > PathLimits.NameBytes || name.ContainsAny((byte)'/', (byte)0) || ++_seen > MostNames)
                return call.Malformed();
            if (name is [(byte)'.'] or [(byte)'.', (byte)'.'])
                continue;
            if (Utf8.IsValid(name))
                _entries.Add(new DirectoryEntry(Encoding.UTF8.GetString(name), Kind(type, qid)));
            else
                _unreadable++;
        }

        return call.End();
    }

    private static NodeKind Kind(byte type, Qid qid) => type switch
    {
        UnknownType => qid.Kind,
        DirectoryType => NodeKind.Directory,
        FileType => NodeKind.File,
        SymbolicLinkType => NodeKind.SymbolicLink,
        _ => NodeKind.CharacterDevice,
    };
}
