using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Naming;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Symbols;

/// <summary>Picks the functions out of a linked image's symbols: one per address, by its most telling name.</summary>
public static class FunctionTable
{
    /// <summary>The functions of all executable sections, ascending by address.</summary>
    public static FunctionSymbol[] Build(ElfFile elf, SymbolNames names, IReadOnlyCollection<string> nucleusPrefixes, IReadOnlyCollection<string> managedPrefixes)
    {
        var byAddress = elf.Symbols.Where(s => IsFunction(elf, s)).GroupBy(s => s.Value).OrderBy(g => g.Key).ToArray();
        names.Prepare(byAddress.SelectMany(g => g).Select(s => s.Name));
        return [.. byAddress.Select(aliases => Describe([.. aliases], names, nucleusPrefixes, managedPrefixes))];
    }

    private static FunctionSymbol Describe(
        ElfSymbol[] aliases, SymbolNames names, IReadOnlyCollection<string> nucleusPrefixes, IReadOnlyCollection<string> managedPrefixes)
    {
        ElfSymbol best = aliases.MaxBy(s => (s.Type == STT_FUNC, s.Name.Length))!;
        bool nucleus = aliases.Any(s => StartsWithAny(s, nucleusPrefixes) && !StartsWithAny(s, managedPrefixes));
        return new FunctionSymbol(best.Value, aliases.Max(s => s.Size), names.Readable(best.Name), nucleus);
    }

    private static bool StartsWithAny(ElfSymbol symbol, IReadOnlyCollection<string> prefixes) =>
        prefixes.Any(p => symbol.Name.StartsWith(p, StringComparison.Ordinal));

    private static bool IsFunction(ElfFile elf, ElfSymbol symbol) =>
        symbol.IsDefined && symbol.Type is STT_FUNC or STT_NOTYPE && elf.Sections[symbol.SectionIndex].IsExecutable
        && symbol.Name.Length != 0 && !symbol.Name.StartsWith("__start_", StringComparison.Ordinal)
        && !symbol.Name.StartsWith("__stop_", StringComparison.Ordinal);
}
