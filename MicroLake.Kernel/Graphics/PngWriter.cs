using System.Buffers.Binary;

namespace MicroLake.Graphics;

/// <summary>
/// Writes a picture as a PNG file (ISO/IEC 15948) without filters: by numbers of colours where there are at most 256, so that rows of text that look alike
/// are near enough to each other for the compression to see it, otherwise by eight bits for each of red, green and blue.
/// </summary>
public static class PngWriter
{
    private const byte BitDepth = 8;
    private const byte TrueColour = 2;
    private const byte IndexedColour = 3;
    private const int BytesOfColour = 3;
    private const uint CrcPolynomial = 0xedb88320;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    public static void Write(Canvas picture, Stream output)
    {
        var palette = new Palette();
        bool isIndexed = palette.TryAdd(picture);
        output.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = BitDepth;
        header[9] = isIndexed ? IndexedColour : TrueColour;
        WriteChunk(output, "IHDR"u8, header);
        if (isIndexed)
        {
            byte[] colours = new byte[palette.Count * BytesOfColour];
            for (int i = 0; i < palette.Count; i++)
                WriteColour(colours, i * BytesOfColour, palette[i]);
            WriteChunk(output, "PLTE"u8, colours);
        }

        WriteChunk(output, "IDAT"u8, Zlib.Compress(isIndexed ? Indices(picture, palette) : Colours(picture)));
        WriteChunk(output, "IEND"u8, []);
    }

    // Each row begins with the number of its filter: none.
    private static byte[] Indices(Canvas picture, Palette palette)
    {
        byte[] bytes = new byte[checked(picture.Height * (1 + picture.Width))];
        int at = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            at++;
            foreach (uint pixel in picture.Row(y))
                bytes[at++] = (byte)palette.IndexOf(pixel);
        }

        return bytes;
    }

    private static byte[] Colours(Canvas picture)
    {
        byte[] bytes = new byte[checked(picture.Height * (1 + picture.Width * BytesOfColour))];
        int at = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            at++;
            foreach (uint pixel in picture.Row(y))
            {
                WriteColour(bytes, at, pixel);
                at += BytesOfColour;
            }
        }

        return bytes;
    }

    private static void WriteColour(byte[] bytes, int at, uint colour)
    {
        bytes[at] = (byte)(colour >> 16);
        bytes[at + 1] = (byte)(colour >> 8);
        bytes[at + 2] = (byte)colour;
    }

    private static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        Span<uint> table = stackalloc uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? CrcPolynomial ^ value >> 1 : value >> 1;
            table[(int)i] = value;
        }

        foreach (byte b in data)
            crc = table[(byte)(crc ^ b)] ^ crc >> 8;
        return crc;
    }
}
