using System.Text;

namespace MicroLake.ImageTool.Symbols;

/// <summary>
/// The function table as the kernel reads it from its own image, little-endian:
/// <code>
/// 0   4  'M' 'L' 'S' 'Y'
/// 4   4  version, 2
/// 8   8  address that entries count from
/// 16  4  count of entries
/// 20  4  count of owners
/// 24  4  bytes of token texts
/// 28  4  bytes of packed names
/// 32  8 each, ascending by address: u32 address, u32 where its name begins among the packed names; bit 31 set for nucleus or platform code;
///        0x7fffffff for bytes that are no function's
/// ..  4  each owner: where its name begins among the packed names
/// ..  4  each of the 256 tokens: u16 where its text begins, u16 its length
/// ..     token texts
/// ..     packed names, each ended by a zero byte, none twice: of an owner (namespace and type, with the dot) tokens; of a function u16 owner, tokens
/// </code>
/// Less than 16 bytes between two functions are padding, and belong to the one before.
/// </summary>
public static class SymbolBlob
{
    public const int HeaderSize = 32;
    public const int EntrySize = 8;
    public const int MaxNameLength = 120;

    /// <summary>Longer names go without their type arguments, which would fill most of the table.</summary>
    public const int MaxNameLengthWithArguments = 64;

    public const uint NucleusFlag = 1u << 31;
    public const uint NoFunction = NucleusFlag - 1;

    private const uint Version = 2;
    private const ulong Alignment = 16;

    /// <summary>The table of functions that ascend by address. What lies 4 GiB or more before the last (an image's first boot code) is left out.</summary>
    public static byte[] Write(IReadOnlyList<FunctionSymbol> all)
    {
        FunctionSymbol[] functions = [.. all.SkipWhile(f => all[^1].Address - f.Address > uint.MaxValue)];
        ulong start = functions.Length == 0 ? 0 : functions[0].Address;
        var names = new NameTable(functions.Select(f => Shorten(f.Name)));
        List<(ulong Address, uint Word)> entries = [];
        for (int i = 0; i < functions.Length; i++)
        {
            FunctionSymbol function = functions[i];
            entries.Add((function.Address, names.Offset(Shorten(function.Name)) | (function.IsNucleus ? NucleusFlag : 0)));
            ulong end = function.Address + function.Size;
            if (function.Size != 0 && end > function.Address && end - start <= uint.MaxValue && (i + 1 == functions.Length || functions[i + 1].Address >= end + Alignment))
                entries.Add((end, NoFunction));
        }

        var blob = new MemoryStream();
        using var writer = new BinaryWriter(blob);
        writer.Write("MLSY"u8);
        writer.Write(Version);
        writer.Write(start);
        writer.Write((uint)entries.Count);
        writer.Write((uint)names.Owners.Count);
        writer.Write((uint)names.TokenTexts.Length);
        writer.Write((uint)names.Packed.Length);
        foreach ((ulong address, uint word) in entries)
        {
            writer.Write(checked((uint)(address - start)));
            writer.Write(word);
        }

        foreach (uint owner in names.Owners)
            writer.Write(owner);
        foreach ((ushort offset, ushort length) in names.Tokens)
        {
            writer.Write(offset);
            writer.Write(length);
        }

        writer.Write(names.TokenTexts);
        writer.Write(names.Packed);
        return blob.ToArray();
    }

    /// <summary>A name of at most <see cref="MaxNameLength"/> characters: type arguments go first, from <see cref="MaxNameLengthWithArguments"/> on, then the middle.</summary>
    public static string Shorten(string name)
    {
        if (name.Length <= MaxNameLengthWithArguments)
            return name;
        string plain = WithoutArguments(name);
        if (plain.Length <= MaxNameLength)
            return plain;
        const int Head = (MaxNameLength - 3) / 2;
        return string.Concat(plain.AsSpan(0, Head), "...", plain.AsSpan(plain.Length - (MaxNameLength - 3 - Head)));
    }

    private static string WithoutArguments(string name)
    {
        var result = new StringBuilder(name.Length);
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (c == '<' && (depth > 0 || (i > 0 && name[i - 1] is not ('.' or ' '))))
            {
                if (depth++ == 0)
                    result.Append("<...>");
            }
            else if (c == '>' && depth > 0)
            {
                depth--;
            }
            else if (depth == 0)
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }
}
