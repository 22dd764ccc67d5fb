using System.Buffers.Binary;
using System.Text;

namespace MicroLake.Files;

/// <summary>
/// A terminal's capabilities in the compiled form of terminfo (term(5), legacy storage format: 16-bit numbers), which
/// System.Console reads to colour text, move the cursor and know the keys.
/// </summary>
/// <param name="names">The entry's names, parted by <c>|</c>; the last is a description.</param>
public sealed class TerminfoEntry(string names)
{
    private const short Magic = 0x11A;
    private const short Absent = -1;

    private readonly List<short> _numbers = [];
    private readonly List<string?> _strings = [];

    /// <summary>Sets a numeric capability by its place in the standard order (term.h of X/Open Curses).</summary>
    public TerminfoEntry Number(int capability, short value)
    {
        while (_numbers.Count <= capability)
            _numbers.Add(Absent);
        _numbers[capability] = value;
        return this;
    }

    /// <summary>Sets a string capability by its place in the standard order.</summary>
    public TerminfoEntry Text(int capability, string value)
    {
        while (_strings.Count <= capability)
            _strings.Add(null);
        _strings[capability] = value;
        return this;
    }

    /// <summary>The compiled entry.</summary>
    public byte[] Compile()
    {
        using var file = new MemoryStream();
        byte[] name = Encoding.ASCII.GetBytes(names + '\0');
        byte[] table = Encoding.Latin1.GetBytes(string.Concat(_strings.FindAll(s => s is not null).ConvertAll(s => s + '\0')));
        Short(file, Magic);
        Short(file, (short)name.Length);
        // No boolean capability is given.
        Short(file, 0);
        Short(file, (short)_numbers.Count);
        Short(file, (short)_strings.Count);
        Short(file, (short)table.Length);
        file.Write(name);
        // Numbers begin on an even byte.
        if (file.Length % 2 != 0)
            file.WriteByte(0);
        foreach (short number in _numbers)
            Short(file, number);
        short offset = 0;
        foreach (string? text in _strings)
        {
            Short(file, text is null ? Absent : offset);
            if (text is not null)
                offset += (short)(text.Length + 1);
        }

        file.Write(table);
        return file.ToArray();
    }

    private static void Short(Stream file, short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        file.Write(bytes);
    }
}
