using System.Buffers.Binary;
using System.Text;

namespace MicroLake.Policies.Objects;

/// <summary>A section of an object.</summary>
/// <param name="name">As its header says.</param>
/// <param name="type">SHT_...</param>
/// <param name="flags">SHF_...</param>
/// <param name="info">Of relocations: the section that they change.</param>
/// <param name="bytes">Its length in memory.</param>
/// <param name="data">What is in the file of it: nothing for sections that start as zeros.</param>
internal sealed class ElfSection(string name, uint type, ulong flags, uint info, int bytes, ReadOnlyMemory<byte> data)
{
    public const uint TypeProgramBits = 1;
    public const uint TypeSymbols = 2;
    public const uint TypeNoBits = 8;
    public const uint TypeRelocations = 9;
    public const ulong FlagAllocated = 2;
    public const ulong FlagExecutable = 4;

    public string Name => name;

    public uint Type => type;

    public uint Info => info;

    public int Bytes => bytes;

    public ReadOnlyMemory<byte> Data => data;

    public bool IsCode => type == TypeProgramBits && (flags & FlagExecutable) != 0;

    public bool IsData => type is TypeProgramBits or TypeNoBits && (flags & (FlagAllocated | FlagExecutable)) == FlagAllocated;
}

/// <summary>A symbol of an object.</summary>
internal readonly struct ElfSymbol(string name, int type, int section, ulong value, ulong size)
{
    public const int TypeFunction = 2;
    public const int TypeSection = 3;

    public string Name => name;

    public int Type => type;

    /// <summary>Index of its section; 0 if it is not defined here.</summary>
    public int Section => section;

    public ulong Value => value;

    public ulong Size => size;
}

/// <summary>
/// Sections and symbols of a relocatable ELF64 object for BPF (System V ABI, chapter 4): everything that is used later is checked here.
/// </summary>
internal sealed class ElfObject
{
    private const int HeaderBytes = 64;
    private const int SectionHeaderBytes = 64;
    private const int SymbolBytes = 24;
    private const int MaxSections = 4096;
    private const int MaxSymbols = 65_536;
    private const int MaxNameBytes = 256;
    private const int MaxSectionBytes = 16 << 20;
    private const int TypeRelocatable = 1;
    private const int MachineBpf = 247;

    private readonly ReadOnlyMemory<byte> _file;

    private ElfObject(ReadOnlyMemory<byte> file) => _file = file;

    public List<ElfSection> Sections { get; } = [];

    public List<ElfSymbol> Symbols { get; } = [];

    /// <exception cref="PolicyFormatException">It is no such object.</exception>
    public static ElfObject Read(ReadOnlyMemory<byte> file)
    {
        var elf = new ElfObject(file);
        elf.ReadSections();
        return elf;
    }

    private void ReadSections()
    {
        ReadOnlySpan<byte> file = _file.Span;
        if (file.Length < HeaderBytes || !file[..4].SequenceEqual("\u007fELF"u8))
            throw new PolicyFormatException("this is not an ELF file; compile a policy with clang -O2 -target bpf -c");
        if (file[4] != 2 || file[5] != 1 || U16(file, 16) != TypeRelocatable || U16(file, 18) != MachineBpf)
            throw new PolicyFormatException("the ELF file is no little-endian BPF object; compile it with clang -O2 -target bpf -c");
        ulong offset = U64(file, 40);
        int count = U16(file, 60), names = U16(file, 62);
        if (U16(file, 58) != SectionHeaderBytes || count is 0 or > MaxSections || !Fits(file, offset, (ulong)count * SectionHeaderBytes) || names >= count)
            throw new PolicyFormatException("the section headers do not lie in the file; it is cut off or damaged");
        ReadOnlySpan<byte> headers = file.Slice((int)offset, count * SectionHeaderBytes);
        ReadOnlyMemory<byte> nameTable = Data(headers, names);
        int symbols = -1;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = headers[(i * SectionHeaderBytes)..];
            ulong bytes = U64(header, 32);
            if (bytes > MaxSectionBytes)
                throw new PolicyFormatException($"section {i} is larger than {MaxSectionBytes >> 20} MiB");
            uint type = U32(header, 4);
            Sections.Add(new ElfSection(Text(nameTable.Span, U32(header, 0)), type, U64(header, 8), U32(header, 44), (int)bytes, Data(headers, i)));
            if (type == ElfSection.TypeSymbols)
                symbols = i;
        }

        if (symbols >= 0)
            ReadSymbols(Sections[symbols].Data.Span, headers, U32(headers, symbols * SectionHeaderBytes + 40));
    }

    private void ReadSymbols(ReadOnlySpan<byte> table, ReadOnlySpan<byte> headers, uint names)
    {
        if (names >= (uint)Sections.Count || table.Length % SymbolBytes != 0 || table.Length / SymbolBytes > MaxSymbols)
            throw new PolicyFormatException("the table of symbols is damaged");
        ReadOnlySpan<byte> text = Data(headers, (int)names).Span;
        for (int at = 0; at < table.Length; at += SymbolBytes)
        {
            int section = U16(table, at + 6);
            Symbols.Add(new ElfSymbol(Text(text, U32(table, at)), table[at + 4] & 15, section < Sections.Count ? section : 0, U64(table, at + 8), U64(table, at + 16)));
        }
    }

    private ReadOnlyMemory<byte> Data(ReadOnlySpan<byte> headers, int section)
    {
        ReadOnlySpan<byte> header = headers[(section * SectionHeaderBytes)..];
        if (U32(header, 4) is 0 or ElfSection.TypeNoBits)
            return default;
        ulong offset = U64(header, 24), bytes = U64(header, 32);
        if (!Fits(_file.Span, offset, bytes))
            throw new PolicyFormatException($"section {section} does not lie in the file; it is cut off or damaged");
        return _file.Slice((int)offset, (int)bytes);
    }

    private static string Text(ReadOnlySpan<byte> table, uint offset)
    {
        if (offset >= (uint)table.Length)
            return "";
        ReadOnlySpan<byte> text = table[(int)offset..];
        int end = text.IndexOf((byte)0);
        return end is >= 0 and <= MaxNameBytes ? Encoding.UTF8.GetString(text[..end]) : throw new PolicyFormatException("a name in the object has no end; it is damaged");
    }

    private static bool Fits(ReadOnlySpan<byte> file, ulong offset, ulong bytes) => offset <= (ulong)file.Length && bytes <= (ulong)file.Length - offset;

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
