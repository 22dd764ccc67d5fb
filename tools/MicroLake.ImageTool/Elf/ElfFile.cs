using System.Buffers.Binary;
using System.Text;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Elf;

/// <summary>
/// A little-endian ELF-64 file for x86-64, read once and checked: every offset, size and index that the accessors
/// follow lies within the file. Layouts: System V ABI, "Object Files" (gABI 4.1, chapter 4).
/// </summary>
public sealed class ElfFile
{
    private const int EhdrSize = 64;
    private const int PhdrSize = 56;
    private const int ShdrSize = 64;
    private const int SymSize = 24;
    private const int RelaSize = 24;

    private readonly byte[] _bytes;

    private ElfFile(byte[] bytes, ushort type, ElfSection[] sections, ElfSegment[] segments, ElfSymbol[] symbols)
    {
        _bytes = bytes;
        Type = type;
        Sections = sections;
        Segments = segments;
        Symbols = symbols;
    }

    public ushort Type { get; }

    public IReadOnlyList<ElfSection> Sections { get; }

    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>The symbols of .symtab in file order, so that relocations index it; empty in a stripped file.</summary>
    public IReadOnlyList<ElfSymbol> Symbols { get; }

    /// <exception cref="ElfException">The file cannot be read or is not a well-formed x86-64 ELF file.</exception>
    public static ElfFile Open(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ElfException($"cannot read '{path}': {e.Message}");
        }
        try
        {
            return Parse(bytes);
        }
        catch (ElfException e)
        {
            throw new ElfException($"'{path}' {e.Message}");
        }
    }

    /// <exception cref="ElfException">The bytes are not a well-formed x86-64 ELF file.</exception>
    public static ElfFile Parse(byte[] bytes)
    {
        ReadOnlySpan<byte> header = Slice(bytes, 0, EhdrSize, "the ELF header");
        if (!header.StartsWith("\u007fELF"u8))
            throw new ElfException("is not an ELF file");
        if (header[4] != 2 || header[5] != 1 || BinaryPrimitives.ReadUInt16LittleEndian(header[18..]) != EM_X86_64)
            throw new ElfException("is not a little-endian 64-bit ELF file for x86-64");

        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        ElfSegment[] segments = ReadSegments(bytes, header);
        ElfSection[] sections = ReadSections(bytes, header);
        return new ElfFile(bytes, type, sections, segments, ReadSymbols(bytes, sections));
    }

    /// <summary>The bytes of a section in the file; empty for a NOBITS section.</summary>
    public ReadOnlyMemory<byte> Content(ElfSection section) =>
        section.Type == SHT_NOBITS ? default : _bytes.AsMemory((int)section.Offset, (int)section.Size);

    public ElfSection? FindSection(string name) => Sections.FirstOrDefault(s => s.Name == name);

    /// <summary>The relocations with addends that apply to a section, in ascending order of offset.</summary>
    public ElfRelocation[] RelocationsOf(ElfSection section)
    {
        var relocations = new List<ElfRelocation>();
        foreach (ElfSection table in Sections.Where(s => s.Type == SHT_RELA && s.Info == section.Index))
        {
            ReadOnlySpan<byte> content = Content(table).Span;
            for (int at = 0; at + RelaSize <= content.Length; at += RelaSize)
            {
                ReadOnlySpan<byte> entry = content.Slice(at, RelaSize);
                ulong info = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
                int symbol = (int)Math.Min(info >> 32, int.MaxValue);
                if (symbol >= Symbols.Count)
                    throw new ElfException($"has a relocation in '{table.Name}' to symbol {symbol} of {Symbols.Count}");
                relocations.Add(new ElfRelocation(BinaryPrimitives.ReadUInt64LittleEndian(entry), symbol, (uint)info,
                    BinaryPrimitives.ReadInt64LittleEndian(entry[16..])));
            }
        }
        relocations.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        return [.. relocations];
    }

    private static ElfSegment[] ReadSegments(byte[] bytes, ReadOnlySpan<byte> header)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (count != 0 && size != PhdrSize)
            throw new ElfException($"has program headers of {size} bytes instead of {PhdrSize}");
        ReadOnlySpan<byte> table = Slice(bytes, offset, (ulong)count * PhdrSize, "the program headers");
        var segments = new ElfSegment[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> p = table.Slice(i * PhdrSize, PhdrSize);
            segments[i] = new ElfSegment(
                BinaryPrimitives.ReadUInt32LittleEndian(p), BinaryPrimitives.ReadUInt32LittleEndian(p[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(p[8..]), BinaryPrimitives.ReadUInt64LittleEndian(p[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(p[24..]), BinaryPrimitives.ReadUInt64LittleEndian(p[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(p[40..]));
        }
        return segments;
    }

    private static ElfSection[] ReadSections(byte[] bytes, ReadOnlySpan<byte> header)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(header[62..]);
        if (count == 0)
            return [];
        if (size != ShdrSize)
            throw new ElfException($"has section headers of {size} bytes instead of {ShdrSize}");
        if (names >= count)
            throw new ElfException($"names section {names} of {count} as its section name table");

        ReadOnlySpan<byte> table = Slice(bytes, offset, (ulong)count * ShdrSize, "the section headers");
        var sections = new ElfSection[count];
        var nameOffsets = new uint[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> s = table.Slice(i * ShdrSize, ShdrSize);
            nameOffsets[i] = BinaryPrimitives.ReadUInt32LittleEndian(s);
            sections[i] = new ElfSection(i, "", BinaryPrimitives.ReadUInt32LittleEndian(s[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(s[8..]), BinaryPrimitives.ReadUInt64LittleEndian(s[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(s[24..]), BinaryPrimitives.ReadUInt64LittleEndian(s[32..]),
                BinaryPrimitives.ReadUInt32LittleEndian(s[40..]), BinaryPrimitives.ReadUInt32LittleEndian(s[44..]),
                BinaryPrimitives.ReadUInt64LittleEndian(s[56..]));
            if (sections[i].Type is not SHT_NOBITS and not 0)
                _ = Slice(bytes, sections[i].Offset, sections[i].Size, $"section {i}");
        }
        for (int i = 0; i < count; i++)
            sections[i] = sections[i] with { Name = ReadString(bytes, sections[names], nameOffsets[i]) };
        return sections;
    }

    private static ElfSymbol[] ReadSymbols(byte[] bytes, ElfSection[] sections)
    {
        ElfSection? table = sections.FirstOrDefault(s => s.Type == SHT_SYMTAB);
        if (table is null)
            return [];
        if (table.Link >= sections.Length)
            throw new ElfException($"names section {table.Link} of {sections.Length} as its symbol name table");
        ReadOnlySpan<byte> content = Slice(bytes, table.Offset, table.Size, "the symbol table");
        var symbols = new ElfSymbol[content.Length / SymSize];
        for (int i = 0; i < symbols.Length; i++)
        {
            ReadOnlySpan<byte> s = content.Slice(i * SymSize, SymSize);
            ushort section = BinaryPrimitives.ReadUInt16LittleEndian(s[6..]);
            if (section is not SHN_UNDEF and < SHN_LORESERVE && section >= sections.Length)
                throw new ElfException($"places symbol {i} in section {section} of {sections.Length}");
            symbols[i] = new ElfSymbol(ReadString(bytes, sections[table.Link], BinaryPrimitives.ReadUInt32LittleEndian(s)),
                (byte)(s[4] & 0xf), section, BinaryPrimitives.ReadUInt64LittleEndian(s[8..]), BinaryPrimitives.ReadUInt64LittleEndian(s[16..]));
        }
        return symbols;
    }

    private static string ReadString(byte[] bytes, ElfSection table, uint offset)
    {
        if (offset >= table.Size)
            return offset == 0 ? "" : throw new ElfException($"has a name at offset {offset} of a name table of {table.Size} bytes");
        ReadOnlySpan<byte> rest = Slice(bytes, table.Offset, table.Size, "a name table")[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? throw new ElfException("has a name without an end") : Encoding.UTF8.GetString(rest[..end]);
    }

    private static ReadOnlySpan<byte> Slice(byte[] bytes, ulong offset, ulong size, string what) =>
        offset <= (ulong)bytes.Length && size <= (ulong)bytes.Length - offset
            ? bytes.AsSpan((int)offset, (int)size)
            : throw new ElfException($"ends before {what} does ({size} bytes at {offset}, file of {bytes.Length})");
}
