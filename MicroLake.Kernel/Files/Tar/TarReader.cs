using System.Text;

namespace MicroLake.Files;

/// <summary>
/// Reads the members of a tar archive in memory: ustar and pax (POSIX.1-2008, pax utility), GNU long names. Checks
/// everything that later reads rely on; nothing is copied.
/// </summary>
internal sealed class TarReader(string archive, ReadOnlyMemory<byte> data)
{
    private const int MaxNameData = 1 << 20;

    private readonly PaxRecords _global = new();
    private PaxRecords? _next;
    private string? _longName;
    private string? _longLink;
    private int _offset;

    /// <summary>The next member; null after the end-of-archive mark.</summary>
    /// <exception cref="TarFormatException">The archive is damaged.</exception>
    public TarEntry? Read()
    {
        while (true)
        {
            int start = _offset;
            if (data.Length - start < TarHeader.BlockSize)
                throw Fault(start, start == 0 && data.Length == 0 ? "it is empty" : "it is cut off before the end-of-archive mark");
            TarHeader header = new(data.Span.Slice(start, TarHeader.BlockSize));
            if (header.IsEmpty)
                return _next is null && _longName is null && _longLink is null ? null : throw Fault(start, "an extended header has no member after it");
            if (!header.HasValidChecksum())
                throw Fault(start, start == 0 ? "it is no tar archive (no valid header)" : "a header has a wrong checksum");
            if (!header.TrySize(out long headerSize) || headerSize < 0)
                throw Fault(start, "a header has a wrong size field");
            long size = HasData(header.Type) ? _next?.Size ?? _global.Size ?? headerSize : 0;
            if (IsExtension(header.Type))
                size = headerSize;
            int dataOffset = start + TarHeader.BlockSize;
            if (size > data.Length - dataOffset)
                throw Fault(start, $"a member says it has {size} bytes, the archive ends before");
            long padded = (size + TarHeader.BlockSize - 1) / TarHeader.BlockSize * TarHeader.BlockSize;
            _offset = (int)Math.Min(dataOffset + padded, data.Length);
            if (IsExtension(header.Type))
                ReadExtension(header.Type, data.Span.Slice(dataOffset, (int)size), start);
            else
                return Member(header, dataOffset, (int)size, start);
        }
    }

    private static bool IsExtension(char type) => type is 'x' or 'g' or 'L' or 'K';

    /// <summary>Links, directories and devices have no data, whatever their size field says (POSIX, ustar).</summary>
    private static bool HasData(char type) => type is not ('1' or '2' or '3' or '4' or '5' or '6');

    private void ReadExtension(char type, ReadOnlySpan<byte> content, int start)
    {
        if (content.Length > MaxNameData)
            throw Fault(start, "an extended header is larger than 1 MiB");
        switch (type)
        {
            case 'x':
                _next = _global.Copy();
                if (!_next.TryRead(content))
                    throw Fault(start, "a pax header is malformed or describes a sparse file");
                break;
            case 'g':
                if (!_global.TryRead(content))
                    throw Fault(start, "a global pax header is malformed");
                break;
            case 'L':
                _longName = CString(content);
                break;
            default:
                _longLink = CString(content);
                break;
        }
    }

    private TarEntry Member(TarHeader header, int dataOffset, int size, int start)
    {
        if (header.Type == 'S')
            throw Fault(start, "it has a sparse file, which is not supported (make it without --sparse)");
        string prefix = Encoding.UTF8.GetString(header.Prefix);
        string name = Encoding.UTF8.GetString(header.Name);
        PaxRecords pax = _next ?? _global;
        string path = pax.Path ?? _longName ?? (prefix.Length == 0 ? name : prefix + "/" + name);
        string link = pax.LinkPath ?? _longLink ?? Encoding.UTF8.GetString(header.LinkName);
        if (!header.TryMode(out long mode) || !header.TryModification(out long seconds) || Math.Abs(seconds) > 9_000_000_000)
            throw Fault(start, "a header has a wrong mode or time field");
        long modification = pax.Modification ?? seconds * 1_000_000_000;
        // Before POSIX a directory was a file whose name ends in a slash.
        char type = header.Type == '0' && path.EndsWith('/') ? '5' : header.Type;
        _next = null;
        _longName = null;
        _longLink = null;
        return new TarEntry(Clean(path, start), type, link, (int)(mode & Modes.Mask), modification, dataOffset, size, start);
    }

    private string Clean(string path, int start)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains(".."))
            throw Fault(start, $"the name '{Printable(path)}' leads out of the archive");
        if (path.Contains('\0'))
            throw Fault(start, "a name holds a zero byte");
        string clean = string.Join('/', parts.Where(part => part != "."));
        if (PathLimits.CheckPath("/" + clean) != Errno.None || parts.Any(part => PathLimits.CheckName(part) != Errno.None))
            throw Fault(start, "a name is too long");
        return clean;
    }

    internal static string Printable(string name) =>
        new(Array.ConvertAll(name[..Math.Min(name.Length, 80)].ToCharArray(), c => char.IsControl(c) ? '?' : c));

    private static string CString(ReadOnlySpan<byte> content)
    {
        int end = content.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? content : content[..end]);
    }

    private TarFormatException Fault(int offset, string what) => new(archive, offset, what);
}
