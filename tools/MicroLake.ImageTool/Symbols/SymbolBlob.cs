using System.Buffers.Binary;
using System.Text;

namespace MicroLake.ImageTool.Symbols;

/// <summary>
/// The function table as the kernel reads it from its own image, little-endian:
/// <code>
/// 0   4  'M' 'L' 'S' 'Y'
/// 4   4  version, 1
/// 8   4  count of entries
/// 12  4  bytes of names
/// 16  16 each, ascending by address: u64 address, u32 offset of the name, u32 flags
///        flags: bit 0 nucleus or platform code; bits 8..31 size in bytes, at most 0xffffff, 0 when unknown
/// ..     names, UTF-8, each ended by a zero byte, none twice
/// </code>
/// </summary>
public static class SymbolBlob
{
    public const int HeaderSize = 16;
    public const int EntrySize = 16;
    public const int MaxNameLength = 120;

    /// <summary>Longer names go without their type arguments, which would fill most of the table.</summary>
    public const int MaxNameLengthWithArguments = 64;

    private const uint Version = 1;
    private const uint NucleusFlag = 1;
    private const uint MaxSize = 0xffffff;

    public static byte[] Write(IReadOnlyList<FunctionSymbol> functions)
    {
        var names = new MemoryStream();
        var offsets = new Dictionary<string, uint>();
        var blob = new byte[HeaderSize + (functions.Count * EntrySize)];
        for (int i = 0; i < functions.Count; i++)
        {
            FunctionSymbol function = functions[i];
            string name = Shorten(function.Name);
            if (!offsets.TryGetValue(name, out uint offset))
            {
                offsets[name] = offset = (uint)names.Length;
                names.Write(Encoding.UTF8.GetBytes(name));
                names.WriteByte(0);
            }
            Span<byte> entry = blob.AsSpan(HeaderSize + (i * EntrySize), EntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, function.Address);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], offset);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], ((uint)Math.Min(function.Size, MaxSize) << 8) | (function.IsNucleus ? NucleusFlag : 0));
        }
        "MLSY"u8.CopyTo(blob);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(8), (uint)functions.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(12), (uint)names.Length);
        return [.. blob, .. names.ToArray()];
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
