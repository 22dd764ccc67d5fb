using System.Buffers.Binary;
using System.Text;

namespace MicroLake.Services.Programs;

/// <summary>
/// The table of functions that the build links into a program (the image tool's format: magic "MLSY", version 1, count, bytes of names; per
/// function its address, offset of its name and flags; the names). Nothing in it is trusted: an unreadable name is no name.
/// </summary>
public sealed class ProgramSymbols
{
    private const int HeaderBytes = 16;
    private const int EntryBytes = 16;
    private const int Alignment = 16;

    private readonly ReadOnlyMemory<byte> _entries;
    private readonly ReadOnlyMemory<byte> _names;

    private ProgramSymbols(ReadOnlyMemory<byte> entries, ReadOnlyMemory<byte> names)
    {
        _entries = entries;
        _names = names;
    }

    /// <summary>The table of a program, or null when it has none.</summary>
    public static ProgramSymbols? Find(ElfProgram program)
    {
        foreach (ElfSegment segment in program.Segments)
        {
            ReadOnlySpan<byte> bytes = segment.Data.Span;
            int first = (int)((Alignment - segment.Address % Alignment) % Alignment);
            for (int at = first; at + HeaderBytes <= bytes.Length; at += Alignment)
            {
                if (!bytes.Slice(at, 4).SequenceEqual("MLSY"u8) || U32(bytes, at + 4) != 1)
                    continue;
                ulong entries = (ulong)U32(bytes, at + 8) * EntryBytes, names = U32(bytes, at + 12);
                if (entries + names <= (ulong)(bytes.Length - at - HeaderBytes))
                    return new ProgramSymbols(
                        segment.Data.Slice(at + HeaderBytes, (int)entries),
                        segment.Data.Slice(at + HeaderBytes + (int)entries, (int)names));
            }
        }

        return null;
    }

    /// <summary>Function and offset of an address before the program's base is added; null when no function holds it.</summary>
    public string? Describe(ulong address)
    {
        ReadOnlySpan<byte> entries = _entries.Span;
        int low = 0, high = entries.Length / EntryBytes;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (BinaryPrimitives.ReadUInt64LittleEndian(entries[(middle * EntryBytes)..]) <= address)
                low = middle + 1;
            else
                high = middle;
        }

        if (low == 0)
            return null;
        int at = (low - 1) * EntryBytes;
        uint nameOffset = U32(entries, at + 8), size = U32(entries, at + 12) >> 8;
        ulong offset = address - BinaryPrimitives.ReadUInt64LittleEndian(entries[at..]);
        if ((size != 0 && offset >= size) || nameOffset >= (uint)_names.Length)
            return null;
        ReadOnlySpan<byte> name = _names.Span[(int)nameOffset..];
        int end = name.IndexOf((byte)0);
        return end < 0 ? null : $"{Encoding.UTF8.GetString(name[..end])}+0x{offset:x}";
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
