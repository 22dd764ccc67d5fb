using System.Buffers.Binary;
using System.Numerics;

namespace MicroLake.Graphics;

/// <summary>
/// Compressed data (RFC 1950 and 1951) with the fixed codes: repetitions are found by the last place of each three bytes. Enough for pictures of screens,
/// without the native library that .NET's own needs.
/// </summary>
internal sealed class Zlib
{
    private const ushort Header = 0x7801;
    private const uint AdlerModulus = 65521;

    /// <summary>The most bytes whose sums do not overflow before they are reduced.</summary>
    private const int AdlerRun = 5552;

    private const int ShortestMatch = 3;
    private const int LongestMatch = 258;
    private const int LongestDistance = 32768;
    private const int HashBits = 15;
    private const int EndOfBlock = 256;
    private const int FirstLength = 257;

    private readonly byte[] _output;
    private int _at;
    private ulong _bits;
    private int _bitCount;

    private Zlib(int inputLength) => _output = new byte[checked(inputLength + inputLength / 7 + 64)];

    public static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> data)
    {
        var zlib = new Zlib(data.Length);
        BinaryPrimitives.WriteUInt16BigEndian(zlib._output, Header);
        zlib._at = 2;
        zlib.WriteBlock(data);
        BinaryPrimitives.WriteUInt32BigEndian(zlib._output.AsSpan(zlib._at), Adler(data));
        return zlib._output.AsSpan(0, zlib._at + 4);
    }

    private void WriteBlock(ReadOnlySpan<byte> data)
    {
        Put(0b011, 3); // The last block, fixed codes.
        // Places are kept plus one, so that nothing is zero.
        int[] last = new int[1 << HashBits];
        int at = 0;
        while (at < data.Length)
        {
            int length = 0, distance = 0;
            if (at + ShortestMatch <= data.Length)
            {
                ref int place = ref last[Hash(data[at..])];
                distance = at + 1 - place;
                if (place != 0 && distance <= LongestDistance)
                    length = data[(at - distance)..].CommonPrefixLength(data[at..Math.Min(at + LongestMatch, data.Length)]);
                place = at + 1;
            }

            if (length < ShortestMatch)
            {
                PutSymbol(data[at++]);
                continue;
            }

            PutMatch(length, distance);
            int end = Math.Min(at + length, data.Length - ShortestMatch);
            for (int i = at + 1; i < end; i++)
                last[Hash(data[i..])] = i + 1;
            at += length;
        }

        PutSymbol(EndOfBlock);
        Put(0, 7); // The rest of the last byte is written with it.
        _bitCount = 0;
    }

    private static int Hash(ReadOnlySpan<byte> data) => (int)((data[0] | (uint)data[1] << 8 | (uint)data[2] << 16) * 2654435761u >> (32 - HashBits));

    /// <summary>
    /// Lengths and distances alike are in classes, four of one width for lengths, two for distances, and each width is twice the one before (RFC 1951, 3.2.5).
    /// </summary>
    private void PutMatch(int length, int distance)
    {
        if (length == LongestMatch)
            PutSymbol(285);
        else
        {
            (int symbol, int extra) = Class(length - ShortestMatch, 2);
            PutSymbol(FirstLength + symbol);
            Put((uint)(length - ShortestMatch), extra);
        }

        (int code, int bits) = Class(distance - 1, 1);
        Put(Reverse((uint)code, 5), 5);
        Put((uint)(distance - 1), bits);
    }

    private static (int Class, int ExtraBits) Class(int value, int classBits)
    {
        int extra = Math.Max(0, BitOperations.Log2((uint)value) - classBits);
        return ((extra << classBits) + (value >> extra), extra);
    }

    /// <summary>The fixed code of a literal or a length (3.2.6).</summary>
    private void PutSymbol(int symbol)
    {
        (int code, int bits) = symbol switch
        {
            < 144 => (0x30 + symbol, 8),
            < 256 => (0x190 + symbol - 144, 9),
            < 280 => (symbol - 256, 7),
            _ => (0xc0 + symbol - 280, 8),
        };
        Put(Reverse((uint)code, bits), bits);
    }

    /// <summary>Codes go out with their highest bit first, everything else with the lowest.</summary>
    private static uint Reverse(uint code, int bits)
    {
        uint reversed = 0;
        for (int i = 0; i < bits; i++)
            reversed |= (code >> i & 1) << (bits - 1 - i);
        return reversed;
    }

    /// <summary>Writes the lowest bits of a value.</summary>
    private void Put(uint value, int bits)
    {
        _bits |= (ulong)(value & ((1u << bits) - 1)) << _bitCount;
        for (_bitCount += bits; _bitCount >= 8; _bitCount -= 8, _bits >>= 8)
            _output[_at++] = (byte)_bits;
    }

    private static uint Adler(ReadOnlySpan<byte> data)
    {
        uint a = 1, b = 0;
        while (!data.IsEmpty)
        {
            int run = Math.Min(data.Length, AdlerRun);
            foreach (byte value in data[..run])
            {
                a += value;
                b += a;
            }

            a %= AdlerModulus;
            b %= AdlerModulus;
            data = data[run..];
        }

        return b << 16 | a;
    }
}
