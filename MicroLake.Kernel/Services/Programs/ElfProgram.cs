using System.Buffers.Binary;
using MicroLake.Abi;

namespace MicroLake.Services.Programs;

/// <summary>
/// A program file: ELF64 for x86-64, static at fixed addresses or position-independent with relative relocations only (System V ABI, AMD64
/// supplement, chapters 4 and 5; ELF-64 Object File Format 1.5). Everything is checked here, once; what follows may trust it.
/// </summary>
public sealed class ElfProgram
{
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const int MaxProgramHeaders = 64;
    private const int RelocationBytes = 24;
    private const int DynamicBytes = 16;
    private const ulong PageBytes = 4096;

    /// <summary>Programs are smaller than this, loaded.</summary>
    private const ulong MaxLoadedBytes = 256 << 20;

    /// <summary>Fixed programs lie between these addresses.</summary>
    private const ulong LowestAddress = 0x10000;
    private const ulong HighestAddress = 0x10_0000_0000;

    private const uint TypeLoad = 1;
    private const uint TypeDynamic = 2;
    private const uint TypeInterpreter = 3;
    private const ulong DynamicRela = 7;
    private const ulong DynamicRelaSize = 8;
    private const ulong DynamicRelaEntry = 9;
    private const uint RelocationNone = 0;
    private const uint RelocationRelative = 8;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly List<ElfSegment> _segments = [];
    private ReadOnlyMemory<byte> _relocations;

    private ElfProgram(ReadOnlyMemory<byte> file) => _file = file;

    /// <summary>By address; no two share a page, and none may be both written and executed.</summary>
    public IReadOnlyList<ElfSegment> Segments => _segments;

    /// <summary>Address of the first instruction, before the program's base is added.</summary>
    public ulong Entry { get; private set; }

    /// <summary>Whether the program may lie anywhere.</summary>
    public bool IsPositionIndependent { get; private set; }

    /// <summary>Bytes from the first page to the end of the last.</summary>
    public ulong LoadedBytes => RoundUp(_segments[^1].End) - RoundDown(_segments[0].Address);

    /// <summary>Reads and checks a program.</summary>
    /// <exception cref="ElfFormatException">It is not one that this system runs.</exception>
    public static ElfProgram Read(ReadOnlyMemory<byte> file)
    {
        var program = new ElfProgram(file);
        program.ReadHeader();
        return program;
    }

    /// <summary>The bytes of a segment with the program at <paramref name="baseAddress"/>: a copy where relocations change it.</summary>
    public ReadOnlyMemory<byte> Relocate(ElfSegment segment, ulong baseAddress)
    {
        if ((segment.Protection & Protection.Write) == 0 || _relocations.IsEmpty)
            return segment.Data;
        byte[]? copy = null;
        ReadOnlySpan<byte> table = _relocations.Span;
        for (int at = 0; at < table.Length; at += RelocationBytes)
        {
            ulong target = U64(table, at);
            if (Kind(table, at) == RelocationNone || target < segment.Address || target >= segment.End)
                continue;
            copy ??= segment.Data.ToArray();
            BinaryPrimitives.WriteUInt64LittleEndian(copy.AsSpan((int)(target - segment.Address)), baseAddress + U64(table, at + 16));
        }

        return copy ?? segment.Data;
    }

    private void ReadHeader()
    {
        ReadOnlySpan<byte> file = _file.Span;
        if (file.Length < HeaderBytes || !file[..4].SequenceEqual("\u007fELF"u8))
            throw new ElfFormatException("this is not an ELF file; build a program with MicroLake.Program.props (samples/HelloProcess)");
        if (file[4] != 2 || file[5] != 1 || U16(file, 18) != 62)
            throw new ElfFormatException("the program is not for x86-64 (ELF64, little-endian)");
        int type = U16(file, 16);
        if (type is not (2 or 3))
            throw new ElfFormatException("the file is an object or a core dump; link it into a program");
        IsPositionIndependent = type == 3;
        Entry = U64(file, 24);
        ulong offset = U64(file, 32);
        int count = U16(file, 56);
        if (U16(file, 54) != ProgramHeaderBytes || count is 0 or > MaxProgramHeaders
            || offset > (ulong)file.Length || (ulong)(count * ProgramHeaderBytes) > (ulong)file.Length - offset)
            throw new ElfFormatException("the program headers do not lie in the file; it is cut off or damaged");
        ulong dynamicAddress = 0, dynamicBytes = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file.Slice((int)offset + i * ProgramHeaderBytes, ProgramHeaderBytes);
            switch (U32(header, 0))
            {
                case TypeLoad:
                    AddSegment(header);
                    break;
                case TypeDynamic:
                    dynamicAddress = U64(header, 16);
                    dynamicBytes = U64(header, 32);
                    break;
                case TypeInterpreter:
                    throw new ElfFormatException("the program wants a dynamic linker; link it with --no-dynamic-linker");
            }
        }

        CheckLayout();
        if (dynamicBytes != 0)
            ReadDynamic(dynamicAddress, dynamicBytes);
    }

    private void AddSegment(ReadOnlySpan<byte> header)
    {
        uint flags = U32(header, 4);
        ulong offset = U64(header, 8), address = U64(header, 16), fileBytes = U64(header, 32), memoryBytes = U64(header, 40);
        if (memoryBytes == 0)
            return;
        if (fileBytes > memoryBytes || offset > (ulong)_file.Length || fileBytes > (ulong)_file.Length - offset)
            throw new ElfFormatException("a segment does not lie in the file; it is cut off or damaged");
        if (memoryBytes > MaxLoadedBytes || address > HighestAddress)
            throw new ElfFormatException($"a segment is too large or too high; programs are at most {MaxLoadedBytes >> 20} MiB, below 64 GiB");
        Protection protection = ((flags & 4) != 0 ? Protection.Read : 0) | ((flags & 2) != 0 ? Protection.Write : 0)
            | ((flags & 1) != 0 ? Protection.Execute : 0);
        if ((protection & (Protection.Write | Protection.Execute)) == (Protection.Write | Protection.Execute))
            throw new ElfFormatException("a segment is both writable and executable; link data apart from code");
        // A page that may be executed may be read: page tables know no other kind.
        if ((protection & Protection.Execute) != 0)
            protection |= Protection.Read;
        _segments.Add(new ElfSegment(address, memoryBytes, _file.Slice((int)offset, (int)fileBytes), protection));
    }

    private void CheckLayout()
    {
        if (_segments.Count == 0)
            throw new ElfFormatException("the program has nothing to load");
        _segments.Sort(static (a, b) => a.Address.CompareTo(b.Address));
        for (int i = 1; i < _segments.Count; i++)
            if (RoundUp(_segments[i - 1].End) > RoundDown(_segments[i].Address))
                throw new ElfFormatException("two segments share a page; link with -z max-page-size=4096");
        if (LoadedBytes > MaxLoadedBytes)
            throw new ElfFormatException($"the program is too large; at most {MaxLoadedBytes >> 20} MiB");
        if (!IsPositionIndependent && _segments[0].Address < LowestAddress)
            throw new ElfFormatException($"the program lies below 0x{LowestAddress:x}, where nothing may be; link it higher");
        if (!_segments.Exists(s => (s.Protection & Protection.Execute) != 0 && Entry >= s.Address && Entry < s.Address + (ulong)s.Data.Length))
            throw new ElfFormatException("the entry point does not lie in the program's code");
    }

    private void ReadDynamic(ulong address, ulong bytes)
    {
        ReadOnlySpan<byte> table = Loaded(address, bytes, DynamicBytes, "dynamic section").Span;
        ulong start = 0, size = 0, entry = RelocationBytes;
        for (int at = 0; at < table.Length; at += DynamicBytes)
        {
            ulong value = U64(table, at + 8);
            switch (U64(table, at))
            {
                case DynamicRela:
                    start = value;
                    break;
                case DynamicRelaSize:
                    size = value;
                    break;
                case DynamicRelaEntry:
                    entry = value;
                    break;
            }
        }

        if (size == 0)
            return;
        if (entry != RelocationBytes)
            throw new ElfFormatException("the relocations are of a size that x86-64 does not have");
        _relocations = Loaded(start, size, RelocationBytes, "relocations");
        CheckRelocations();
    }

    private void CheckRelocations()
    {
        ReadOnlySpan<byte> table = _relocations.Span;
        for (int at = 0; at < table.Length; at += RelocationBytes)
        {
            uint kind = Kind(table, at);
            if (kind == RelocationNone)
                continue;
            if (kind != RelocationRelative)
                throw new ElfFormatException($"relocation type {kind} needs a dynamic linker; link the program statically (-pie, --no-dynamic-linker)");
            ulong target = U64(table, at);
            bool inside = false;
            foreach (ElfSegment segment in _segments)
                inside |= (segment.Protection & Protection.Write) != 0 && target >= segment.Address
                    && target - segment.Address + 8 <= (ulong)segment.Data.Length && target - segment.Address < int.MaxValue;
            if (!inside)
                throw new ElfFormatException($"a relocation changes 0x{target:x}, which is not in writable data; link with -z text");
        }
    }

    /// <summary>A table of the file by its address in memory.</summary>
    private ReadOnlyMemory<byte> Loaded(ulong address, ulong bytes, int entryBytes, string what)
    {
        foreach (ElfSegment segment in _segments)
        {
            if (address < segment.Address || address - segment.Address > (ulong)segment.Data.Length)
                continue;
            ulong offset = address - segment.Address;
            if (bytes <= (ulong)segment.Data.Length - offset && bytes % (ulong)entryBytes == 0)
                return segment.Data.Slice((int)offset, (int)bytes);
        }

        throw new ElfFormatException($"the {what} does not lie in the program; the file is damaged");
    }

    private static uint Kind(ReadOnlySpan<byte> table, int at) => U32(table, at + 8);

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static ulong RoundDown(ulong value) => value & ~(PageBytes - 1);

    private static ulong RoundUp(ulong value) => (value + PageBytes - 1) & ~(PageBytes - 1);
}
