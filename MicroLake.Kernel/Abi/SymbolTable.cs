using System;
using System.Text;

namespace MicroLake.Abi;

/// <summary>
/// The functions of an image, sorted by address, as the image tool writes them (its <c>SymbolBlob</c> has the layout). Needs no memory and never
/// trusts an offset, so it serves panics, and programs that nobody trusts.
/// </summary>
public unsafe struct SymbolTable
{
    /// <summary>Bytes of a name at most.</summary>
    public const int MaxNameBytes = 128;

    public const int HeaderBytes = 32;

    private const uint Magic = 0x59534C4D; // "MLSY"
    private const uint Version = 2;
    private const uint NucleusFlag = 1u << 31;
    private const uint NoFunction = NucleusFlag - 1;
    private const uint TokenCount = 256;

#pragma warning disable CS0649 // The image tool fills these in.
    private struct Header
    {
        public uint Magic, Version;
        public ulong Start;
        public uint EntryCount, OwnerCount, TokenBytes, NameBytes;
    }

    private struct Entry
    {
        public uint Address, Name;
    }

    private struct Token
    {
        public ushort Offset, Length;
    }
#pragma warning restore CS0649

    private Header* _header;
    private Entry* _entries;
    private uint* _owners;
    private Token* _tokens;
    private byte* _tokenTexts, _names;

    /// <summary>Entries of the table: functions, and gaps between them.</summary>
    public readonly uint Count => _header is null ? 0 : _header->EntryCount;

    /// <summary>Takes a table over.</summary>
    /// <param name="blob">The table.</param>
    /// <param name="length">Bytes that may be read.</param>
    /// <returns>False, and an empty table, when the header is not that of a table that fits.</returns>
    public bool Initialize(byte* blob, ulong length)
    {
        _header = null;
        if (blob is null || length < HeaderBytes)
            return false;
        var header = (Header*)blob;
        ulong entries = (ulong)header->EntryCount * (ulong)sizeof(Entry), owners = (ulong)header->OwnerCount * sizeof(uint);
        ulong tokens = TokenCount * (ulong)sizeof(Token);
        if (header->Magic != Magic || header->Version != Version || entries + owners + tokens + header->TokenBytes + header->NameBytes > length - HeaderBytes)
            return false;
        _header = header;
        _entries = (Entry*)(blob + HeaderBytes);
        _owners = (uint*)((byte*)_entries + entries);
        _tokens = (Token*)((byte*)_owners + owners);
        _tokenTexts = (byte*)_tokens + tokens;
        _names = _tokenTexts + header->TokenBytes;
        return true;
    }

    /// <summary>Finds the function that holds an address by binary search.</summary>
    /// <remarks>
    /// For a return address look up one byte less: a call that never returns may be a function's last instruction.
    /// </remarks>
    public readonly bool TryFind(ulong address, out Symbol symbol)
    {
        symbol = default;
        if (_header is null || address < _header->Start || address - _header->Start > uint.MaxValue)
            return false;
        uint wanted = (uint)(address - _header->Start);
        uint low = 0;
        uint high = _header->EntryCount;
        while (low < high)
        {
            uint middle = low + (high - low) / 2;
            if (_entries[middle].Address <= wanted)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == 0)
            return false;
        Entry* entry = _entries + (low - 1);
        if ((entry->Name & ~NucleusFlag) == NoFunction)
            return false;
        symbol.Start = _header->Start + entry->Address;
        symbol.Name = entry->Name & ~NucleusFlag;
        symbol.IsNucleus = (byte)(entry->Name >> 31);
        return true;
    }

    /// <summary>Writes a function's name, UTF-8, with its namespace and type.</summary>
    /// <param name="symbol">From <see cref="TryFind"/> of this table.</param>
    /// <param name="buffer">Room for <see cref="MaxNameBytes"/>.</param>
    /// <returns>Bytes of the name; a damaged one is cut short.</returns>
    public readonly int WriteName(in Symbol symbol, byte* buffer)
    {
        ulong name = symbol.Name;
        if (_header is null || name + sizeof(ushort) > _header->NameBytes)
            return 0;
        uint owner = *(ushort*)(_names + name);
        int length = owner < _header->OwnerCount ? Expand(_owners[owner], buffer, 0) : 0;
        return Expand(name + sizeof(ushort), buffer, length);
    }

    private readonly int Expand(ulong packed, byte* buffer, int length)
    {
        for (ulong at = packed; at < _header->NameBytes && _names[at] != 0; at++)
        {
            Token* token = _tokens + _names[at];
            if ((uint)token->Offset + token->Length > _header->TokenBytes)
                return length;
            for (int i = 0; i < token->Length && length < MaxNameBytes; i++)
                buffer[length++] = _tokenTexts[token->Offset + i];
        }

        return length;
    }

    /// <summary>Function and offset of an address by the table that these bytes begin with; null when it is no table, or no function holds the address.</summary>
    public static string? Describe(ReadOnlySpan<byte> table, ulong address)
    {
        byte* name = stackalloc byte[MaxNameBytes];
        fixed (byte* blob = table)
        {
            SymbolTable symbols = default;
            return symbols.Initialize(blob, (ulong)table.Length) && symbols.TryFind(address, out Symbol symbol)
                ? $"{Encoding.UTF8.GetString(name, symbols.WriteName(symbol, name))}+0x{address - symbol.Start:x}"
                : null;
        }
    }

    /// <summary>Whether these bytes begin with a table that is whole.</summary>
    public static bool IsTable(ReadOnlySpan<byte> bytes)
    {
        SymbolTable symbols = default;
        fixed (byte* blob = bytes)
            return symbols.Initialize(blob, (ulong)bytes.Length);
    }
}
