using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MicroLake.HostTests.Graphics;

/// <summary>A PNG file of 8 bits a sample, of colours or of numbers of colours, without filters, read as strictly as ISO/IEC 15948 has it.</summary>
internal sealed class PngPicture
{
    private const int BytesOfColour = 3;

    private readonly byte[] _palette;
    private readonly byte[] _scanlines;
    private readonly int _stride;

    private PngPicture(int width, int height, byte[] palette, byte[] scanlines)
    {
        Width = width;
        Height = height;
        _palette = palette;
        _scanlines = scanlines;
        _stride = 1 + width * (palette.Length == 0 ? BytesOfColour : 1);
        Require(scanlines.Length == (long)height * _stride, "length of the data");
    }

    public int Width { get; }

    public int Height { get; }

    public static PngPicture Read(ReadOnlySpan<byte> file)
    {
        Require(file[..8].SequenceEqual(new byte[] { 0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa }), "signature");
        ReadOnlySpan<byte> rest = file[8..];
        ReadOnlySpan<byte> header = Chunk(ref rest, "IHDR");
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        Require(header[8] == 8 && header[9] is 2 or 3 && header[10..].SequenceEqual(new byte[3]), "header");
        byte[] palette = header[9] == 3 ? Chunk(ref rest, "PLTE").ToArray() : [];
        using var reader = new ZLibStream(new MemoryStream(Chunk(ref rest, "IDAT").ToArray()), CompressionMode.Decompress);
        var data = new MemoryStream();
        reader.CopyTo(data);
        Require(Chunk(ref rest, "IEND").IsEmpty && rest.IsEmpty, "end");
        return new PngPicture(width, height, palette, data.ToArray());
    }

    public uint[] Row(int y)
    {
        ReadOnlySpan<byte> line = _scanlines.AsSpan(y * _stride, _stride);
        Require(line[0] == 0, "filter");
        var row = new uint[Width];
        for (int x = 0; x < Width; x++)
            row[x] = _palette.Length == 0 ? Colour(line[(1 + x * BytesOfColour)..]) : Colour(_palette.AsSpan(line[1 + x] * BytesOfColour));
        return row;
    }

    private static uint Colour(ReadOnlySpan<byte> bytes) => (uint)(bytes[0] << 16 | bytes[1] << 8 | bytes[2]);

    private static ReadOnlySpan<byte> Chunk(ref ReadOnlySpan<byte> rest, string type)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(rest);
        ReadOnlySpan<byte> body = rest.Slice(4, 4 + length);
        Require(Encoding.ASCII.GetString(body[..4]) == type, type);
        Require(BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]) == Crc(body), "check value of " + type);
        rest = rest[(12 + length)..];
        return body[4..];
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }

    private static void Require(bool isSo, string what)
    {
        if (!isSo)
            throw new InvalidDataException($"PNG: {what}");
    }
}
