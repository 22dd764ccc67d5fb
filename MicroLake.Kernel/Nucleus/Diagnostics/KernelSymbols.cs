namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// The function table that the build appends to the image (format: SymbolBlob of the image tool). Reading it is checked:
/// an image without the table has no names, and nothing else happens.
/// </summary>
internal static unsafe class KernelSymbols
{
    private const uint Magic = 0x59534c4d; // "MLSY"
    private const uint NucleusFlag = 1;

    private struct Header
    {
        public uint Magic, Version, Count, NameBytes;
    }

    private struct Entry
    {
        public ulong Address;
        public uint NameOffset, Flags;
    }

    public struct Symbol
    {
        public ulong Address;
        public byte* Name;
        public int NameLength;
        public bool IsNucleus;
    }

    /// <summary>Whether the address lies in nucleus or platform code, which knows no safe points and handles no faults.</summary>
    public static bool IsNucleus(ulong address) => TryFind(address, out Symbol symbol) && symbol.IsNucleus;

    /// <summary>The function that contains the address.</summary>
    public static bool TryFind(ulong address, out Symbol symbol)
    {
        symbol = default;
        ImageLayout.Addresses* image = ImageLayout.Get();
        ulong bytes = image->SymbolsEnd - image->SymbolsStart;
        var header = (Header*)image->SymbolsStart;
        if (bytes < (ulong)sizeof(Header) || header->Magic != Magic || header->Version != 1)
            return false;
        if ((ulong)sizeof(Header) + header->Count * (ulong)sizeof(Entry) + header->NameBytes > bytes)
            return false;
        if (address < image->TextStart || address >= image->TextEnd)
            return false;

        var entries = (Entry*)(header + 1);
        uint low = 0;
        uint high = header->Count;
        while (low < high)
        {
            uint middle = low + (high - low) / 2;
            if (entries[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == 0 || entries[low - 1].NameOffset >= header->NameBytes)
            return false;
        Entry* found = entries + (low - 1);
        byte* names = (byte*)(entries + header->Count);
        int length = 0;
        while (found->NameOffset + (uint)length < header->NameBytes && names[found->NameOffset + (uint)length] != 0)
            length++;
        symbol.Address = found->Address;
        symbol.Name = names + found->NameOffset;
        symbol.NameLength = length;
        symbol.IsNucleus = (found->Flags & NucleusFlag) != 0;
        return true;
    }
}
