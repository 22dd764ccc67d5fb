using System.Buffers.Binary;
using System.Text;
using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>
/// A block of a directory: entries one behind the other (inode in 4 bytes, kind, length of the name, name in UTF-8), and zeros after the last.
/// An entry does not cross blocks, so each block can be read and changed by itself.
/// </summary>
internal static class DirectoryBlock
{
    private const int HeaderBytes = 6;
    private const int KindAt = 4;
    private const int LengthAt = 5;

    /// <summary>Names are what they were when they were made: text that is not UTF-8 is damage, not a name.</summary>
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a name can be kept: text with half a surrogate pair has no UTF-8.</summary>
    public static bool IsName(string name)
    {
        try
        {
            return s_strict.GetByteCount(name) > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Bytes that an entry takes.</summary>
    public static int EntryBytes(string name) => HeaderBytes + Encoding.UTF8.GetByteCount(name);

    /// <summary>Reads the entry at a position and moves it on.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="at">The position; behind the entry afterwards, and unchanged after the last.</param>
    /// <param name="name">Null after the last entry.</param>
    /// <returns>False: there is something that is no entry.</returns>
    public static bool TryRead(ReadOnlySpan<byte> block, ref int at, out string? name, out uint inode, out NodeKind kind)
    {
        (name, inode, kind) = (null, 0, default);
        if (at > block.Length - HeaderBytes)
            return block[at..].IndexOfAnyExcept((byte)0) < 0;
        inode = BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);
        if (inode == 0)
            return block[at..].IndexOfAnyExcept((byte)0) < 0;
        int length = block[at + LengthAt];
        if (length == 0 || length > block.Length - at - HeaderBytes || block[at + KindAt] > (byte)NodeKind.SymbolicLink)
            return false;
        kind = (NodeKind)block[at + KindAt];
        ReadOnlySpan<byte> bytes = block.Slice(at + HeaderBytes, length);
        if (bytes.IndexOfAny((byte)0, (byte)'/') >= 0)
            return false;
        try
        {
            name = s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        at += HeaderBytes + length;
        return name is not ("." or "..");
    }

    /// <summary>Adds an entry behind the others; there is room.</summary>
    public static void Add(Span<byte> block, int used, string name, uint inode, NodeKind kind)
    {
        Span<byte> entry = block[used..];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, inode);
        entry[KindAt] = (byte)kind;
        entry[LengthAt] = (byte)Encoding.UTF8.GetBytes(name, entry[HeaderBytes..]);
    }

    /// <summary>Lets a name that is there lead elsewhere.</summary>
    public static void Replace(Span<byte> block, string name, uint inode, NodeKind kind)
    {
        Span<byte> entry = block[Find(block, name)..];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, inode);
        entry[KindAt] = (byte)kind;
    }

    /// <summary>Takes out a name that is there.</summary>
    public static void Remove(Span<byte> block, string name)
    {
        int at = Find(block, name);
        int length = HeaderBytes + block[at + LengthAt];
        block[(at + length)..].CopyTo(block[at..]);
        block[^length..].Clear();
    }

    private static int Find(ReadOnlySpan<byte> block, string name)
    {
        Span<byte> wanted = stackalloc byte[PathLimits.NameBytes];
        wanted = wanted[..Encoding.UTF8.GetBytes(name, wanted)];
        int at = 0;
        while (!block.Slice(at + HeaderBytes, block[at + LengthAt]).SequenceEqual(wanted))
            at += HeaderBytes + block[at + LengthAt];
        return at;
    }
}
