using MicroLake.Abi;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>The function table that the build links into the image. An image without one has no names, and nothing else happens.</summary>
internal static unsafe class KernelSymbols
{
    private static SymbolTable s_table;

    /// <summary>Comes before the first look-up.</summary>
    public static void Load()
    {
        ImageLayout.Addresses* image = ImageLayout.Get();
        _ = s_table.Initialize((byte*)image->SymbolsStart, image->SymbolsEnd - image->SymbolsStart);
    }

    /// <summary>Whether the address lies in nucleus or platform code, which knows no safe points and handles no faults.</summary>
    public static bool IsNucleus(ulong address) => TryFind(address, out Symbol symbol) && symbol.IsNucleus != 0;

    /// <summary>The function that contains the address.</summary>
    public static bool TryFind(ulong address, out Symbol symbol)
    {
        symbol = default;
        ImageLayout.Addresses* image = ImageLayout.Get();
        return address >= image->TextStart && address < image->TextEnd && s_table.TryFind(address, out symbol);
    }

    /// <summary>Writes a function's name into a buffer of <see cref="SymbolTable.MaxNameBytes"/>; returns its length.</summary>
    public static int WriteName(in Symbol symbol, byte* buffer) => s_table.WriteName(symbol, buffer);
}
