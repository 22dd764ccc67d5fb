using System.Buffers.Binary;

namespace MicroLake.Drivers.Gpu;

/// <summary>What a display says of itself: the base block of the VESA's E-EDID, release A.</summary>
public sealed class Edid
{
    private const int BlockBytes = 128;
    private const int VendorOffset = 8;
    private const int DescriptorsOffset = 54;
    private const int DescriptorBytes = 18;
    private const int DescriptorCount = 4;

    /// <summary>A descriptor of the display's name (3.10.3.4).</summary>
    private const byte NameDescriptor = 0xfc;

    private const int TextOffset = 5;
    private const byte TextEnd = 0x0a;

    private static readonly byte[] s_header = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];

    private Edid(string name, int width, int height)
    {
        Name = name;
        Width = width;
        Height = height;
    }

    /// <summary>The display's name, or its maker's three letters.</summary>
    public string Name { get; }

    /// <summary>Pixels of the size that it prefers; 0: it prefers none.</summary>
    public int Width { get; }

    public int Height { get; }

    public override string ToString() => Width > 0 ? $"{Name}, prefers {Width} x {Height}" : Name;

    /// <summary>Null: that is no such block, or it is damaged.</summary>
    public static Edid? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BlockBytes || !bytes.StartsWith(s_header))
            return null;
        byte sum = 0;
        foreach (byte value in bytes[..BlockBytes])
            sum += value;
        if (sum != 0)
            return null;
        string name = Vendor(BinaryPrimitives.ReadUInt16BigEndian(bytes[VendorOffset..]));
        for (int i = 0; i < DescriptorCount; i++)
        {
            ReadOnlySpan<byte> descriptor = bytes.Slice(DescriptorsOffset + i * DescriptorBytes, DescriptorBytes);
            if (descriptor[0] == 0 && descriptor[1] == 0 && descriptor[3] == NameDescriptor && Text(descriptor[TextOffset..]) is { Length: > 0 } text)
                name = text;
        }

        // The first descriptor is the preferred timing, if it is a timing: those have a clock (3.10.2).
        ReadOnlySpan<byte> timing = bytes.Slice(DescriptorsOffset, DescriptorBytes);
        bool isTiming = timing[0] != 0 || timing[1] != 0;
        return new Edid(name, isTiming ? timing[2] | (timing[4] & 0xf0) << 4 : 0, isTiming ? timing[5] | (timing[7] & 0xf0) << 4 : 0);
    }

    /// <summary>Three letters of five bits (3.4.1).</summary>
    private static string Vendor(int code)
    {
        Span<char> letters = stackalloc char[3];
        for (int i = 0; i < letters.Length; i++)
        {
            int letter = code >> (5 * (2 - i)) & 31;
            letters[i] = letter is >= 1 and <= 26 ? (char)('A' + letter - 1) : '?';
        }

        return new string(letters);
    }

    private static string Text(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf(TextEnd);
        Span<char> letters = stackalloc char[DescriptorBytes];
        int count = 0;
        foreach (byte letter in end < 0 ? text : text[..end])
            letters[count++] = letter is >= 0x20 and < 0x7f ? (char)letter : '?';
        return new string(letters[..count]).Trim();
    }
}
