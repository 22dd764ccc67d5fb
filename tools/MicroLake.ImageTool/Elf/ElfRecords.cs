using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Elf;

/// <summary>A section header. <see cref="Size"/> is in bytes of memory; a NOBITS section has none of them in the file.</summary>
public sealed record ElfSection(int Index, string Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, uint Info, ulong EntrySize)
{
    public bool IsExecutable => (Flags & SHF_EXECINSTR) != 0;

    public bool IsLoaded => (Flags & SHF_ALLOC) != 0;
}

/// <summary>A program header; sizes in bytes.</summary>
public sealed record ElfSegment(uint Type, uint Flags, ulong Offset, ulong VirtualAddress, ulong PhysicalAddress, ulong FileSize, ulong MemorySize)
{
    /// <summary>Its rights as <c>ls</c> would write them: <c>r-x</c>.</summary>
    public string Access => $"{((Flags & PF_R) != 0 ? 'r' : '-')}{((Flags & PF_W) != 0 ? 'w' : '-')}{((Flags & PF_X) != 0 ? 'x' : '-')}";

    /// <summary>Whether a write to it can become code.</summary>
    public bool IsWritableCode => (Flags & (PF_W | PF_X)) == (PF_W | PF_X);
}

/// <summary>A symbol. <see cref="Value"/> is an offset into its section in a relocatable file, an address otherwise.</summary>
public sealed record ElfSymbol(string Name, byte Type, ushort SectionIndex, ulong Value, ulong Size)
{
    public bool IsDefined => SectionIndex is not SHN_UNDEF and < SHN_LORESERVE;
}

/// <summary>A relocation with addend: at <see cref="Offset"/> of its section, a reference to symbol number <see cref="Symbol"/>.</summary>
public readonly record struct ElfRelocation(ulong Offset, int Symbol, uint Type, long Addend);
