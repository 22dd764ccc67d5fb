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

    private readonly SortedDictionary<int, short> _numbers = [];
    private readonly SortedDictionary<int, string> _strings = [];

    /// <summary>Sets a numeric capability by its place in the standard order (term.h of X/Open Curses).</summary>
    public TerminfoEntry Number(int capability, short value)
    {
        _numbers[capability] = value;
        return this;
    }

    /// <summary>Sets a string capability by its place in the standard order.</summary>
    public TerminfoEntry Text(int capability, string value)
    {
        _strings[capability] = value;
        return this;
    }

    /// <summary>The compiled entry.</summary>
    public byte[] Compile()
    {
        using var file = new MemoryStream();
        byte[] name = Encoding.ASCII.GetBytes(names + '\0');
        int numbers = _numbers.Count == 0 ? 0 : _numbers.Keys.Last() + 1;
        int strings = _strings.Count == 0 ? 0 : _strings.Keys.Last() + 1;
        byte[] table = Encoding.Latin1.GetBytes(string.Concat(_strings.Values.Select(s => s + '\0')));
        Short(file, Magic);
        Short(file, (short)name.Length);
        // No boolean capability is given.
        Short(file, 0);
        Short(file, (short)numbers);
        Short(file, (short)strings);
        Short(file, (short)table.Length);
        file.Write(name);
        // Numbers begin on an even byte.
        if (file.Length % 2 != 0)
            file.WriteByte(0);
        for (int i = 0; i < numbers; i++)
            Short(file, _numbers.GetValueOrDefault(i, Absent));
        short offset = 0;
        for (int i = 0; i < strings; i++)
        {
            bool given = _strings.TryGetValue(i, out string? text);
            Short(file, given ? offset : Absent);
            if (given)
                offset += (short)(text!.Length + 1);
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
