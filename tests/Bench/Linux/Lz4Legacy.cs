using System.Buffers.Binary;

namespace MicroLake.Bench.Linux;

/// <summary>
/// Decompresses the legacy LZ4 frame in which Debian packs its kernel (lz4 "LZ4 Frame Format Description", legacy
/// frame; "LZ4 Block Format Description").
/// </summary>
public static class Lz4Legacy
{
    private const uint Magic = 0x184C2102;
    private const int BlockSize = 8 << 20;

    public static bool IsFrame(ReadOnlySpan<byte> data) => data.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(data) == Magic;

    /// <summary>The content of a frame whose length is known, as the kernel's build appends it.</summary>
    /// <exception cref="InvalidDataException">The data is not such a frame.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, int length)
    {
        if (!IsFrame(frame))
            throw new InvalidDataException("no legacy LZ4 frame");
        byte[] output = new byte[length];
        int written = 0;
        for (frame = frame[4..]; written < length;)
        {
            int size = frame.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(frame) : -1;
            if (size <= 0 || size > frame.Length - 4)
                throw new InvalidDataException("an LZ4 block ends beyond its frame");
            written += DecompressBlock(frame.Slice(4, size), output.AsSpan(written, Math.Min(BlockSize, length - written)));
            frame = frame[(4 + size)..];
        }
        return output;
    }

    private static int DecompressBlock(ReadOnlySpan<byte> block, Span<byte> output)
    {
        int read = 0, written = 0;
        try
        {
            while (read < block.Length)
            {
                int token = block[read++];
                int literals = ReadLength(block, ref read, token >> 4);
                block.Slice(read, literals).CopyTo(output[written..]);
                read += literals;
                written += literals;
                if (read == block.Length)
                    break;
                int distance = BinaryPrimitives.ReadUInt16LittleEndian(block[read..]);
                read += 2;
                int match = ReadLength(block, ref read, token & 15) + 4;
                int from = written - distance;
                if (distance == 0 || from < 0)
                    throw new InvalidDataException("an LZ4 match begins before its block");
                for (int i = 0; i < match; i++)
                    output[written++] = output[from + i];
            }
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("an LZ4 block is damaged");
        }
        return written;
    }

    private static int ReadLength(ReadOnlySpan<byte> block, ref int read, int length)
    {
        if (length != 15)
            return length;
        byte more;
        do
        {
            more = block[read++];
            length += more;
        }
        while (more == 255);
        return length;
    }
}
