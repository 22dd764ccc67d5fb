namespace MicroLake.Nucleus.Boot;

/// <summary>
/// The functions of the kernel image, sorted by address, as the image tool writes them: magic "MLSY", version
/// 1, count, bytes of names; then per function its address (8 bytes), the offset of its name (4) and flags (4:
/// bit 0 nucleus or platform code, bits 8-31 size, 0 when unknown); then the names, each ended by a zero byte.
/// All numbers are little-endian. Needs no memory and never trusts an offset, so it serves panics.
/// </summary>
public unsafe struct SymbolTable
{
    private const uint Magic = 0x59534C4D; // "MLSY"
    private const uint Version = 1;
    private const ulong HeaderSize = 16;
    private const uint FlagNucleus = 1;
    private const uint UnlimitedSize = 0xFFFFFF;

#pragma warning disable CS0649 // The image tool fills these in.
    private struct Entry
    {
        public ulong Address;
        public uint NameOffset;
        public uint Flags;
    }
#pragma warning restore CS0649

    private Entry* _entries;
    private byte* _names;
    private uint _count;
    private uint _nameBytes;

    /// <summary>Functions in the table.</summary>
    public readonly uint Count => _count;

    /// <summary>Takes a table over.</summary>
    /// <param name="blob">The table; aligned to 8.</param>
    /// <param name="length">Bytes that may be read.</param>
    /// <returns>False, and an empty table, when the header is not that of a table that fits.</returns>
    public bool Initialize(byte* blob, ulong length)
    {
        _entries = null;
        _names = null;
        _count = 0;
        _nameBytes = 0;
        if (blob is null || ((ulong)blob & 7) != 0 || length < HeaderSize)
            return false;
        uint* header = (uint*)blob;
        ulong entryBytes = (ulong)header[2] * (ulong)sizeof(Entry);
        if (header[0] != Magic || header[1] != Version || entryBytes > length - HeaderSize
            || header[3] > length - HeaderSize - entryBytes)
            return false;
        _entries = (Entry*)(blob + HeaderSize);
        _names = blob + HeaderSize + entryBytes;
        _count = header[2];
        _nameBytes = header[3];
        return true;
    }

    /// <summary>Finds the function that holds an address by binary search.</summary>
    /// <remarks>
    /// For a return address look up one byte less: a call that never returns may be a function's last instruction.
    /// </remarks>
    public readonly bool TryFind(ulong address, out Symbol symbol)
    {
        symbol = default;
        uint low = 0;
        uint high = _count;
        while (low < high)
        {
            uint middle = low + (high - low) / 2;
            if (_entries[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == 0)
            return false;
        Entry* entry = _entries + (low - 1);
        ulong offset = address - entry->Address;
        uint size = entry->Flags >> 8;
        if (size is not 0 and not UnlimitedSize && offset >= size)
            return false;
        if (!TryMeasureName(entry->NameOffset, out uint nameLength))
            return false;
        symbol.NameBytes = _names + entry->NameOffset;
        symbol.NameLength = nameLength;
        symbol.IsNucleus = (byte)(entry->Flags & FlagNucleus);
        symbol.Start = entry->Address;
        symbol.Offset = offset;
        return true;
    }

    /// <summary>A name that runs into the end of the table without a zero byte is refused.</summary>
    private readonly bool TryMeasureName(uint start, out uint length)
    {
        length = 0;
        for (uint i = start; i < _nameBytes; i++)
        {
            if (_names[i] == 0)
            {
                length = i - start;
                return true;
            }
        }
        return false;
    }
}
