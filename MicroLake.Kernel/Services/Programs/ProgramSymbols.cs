using MicroLake.Abi;

namespace MicroLake.Services.Programs;

/// <summary>The table of functions that the build links into a program. Nothing in it is trusted: an unreadable name is no name.</summary>
public sealed class ProgramSymbols
{
    private const int Alignment = 16;

    private readonly ReadOnlyMemory<byte> _table;

    private ProgramSymbols(ReadOnlyMemory<byte> table) => _table = table;

    /// <summary>The table of a program, or null when it has none.</summary>
    public static ProgramSymbols? Find(ElfProgram program)
    {
        foreach (ElfSegment segment in program.Segments)
        {
            int first = (int)((Alignment - segment.Address % Alignment) % Alignment);
            for (int at = first; at + SymbolTable.HeaderBytes <= segment.Data.Length; at += Alignment)
                if (SymbolTable.IsTable(segment.Data.Span[at..]))
                    return new ProgramSymbols(segment.Data[at..]);
        }

        return null;
    }

    /// <summary>Function and offset of an address before the program's base is added; null when no function holds it.</summary>
    public string? Describe(ulong address) => SymbolTable.Describe(_table.Span, address);
}
