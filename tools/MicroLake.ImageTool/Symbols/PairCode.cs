namespace MicroLake.ImageTool.Symbols;

/// <summary>
/// Byte-pair encoding (Gage 1994) of texts that end in zero bytes: bytes that no text has stand for the pairs that come most often, and pairs of
/// those. Linux's kallsyms packs its names the same way.
/// </summary>
public sealed class PairCode
{
    private const int Least = 3;

    private PairCode(byte[] packed, byte[][] tokens)
    {
        Packed = packed;
        Tokens = tokens;
    }

    /// <summary>The texts, packed, each with its zero byte.</summary>
    public byte[] Packed { get; }

    /// <summary>What each of the 256 bytes stands for; itself, if no text was packed by it.</summary>
    public byte[][] Tokens { get; }

    /// <summary>Packs texts.</summary>
    /// <param name="texts">Each ends in a zero byte and has none before.</param>
    /// <param name="longest">Bytes that a token may stand for at most.</param>
    public static PairCode Of(ReadOnlySpan<byte> texts, int longest)
    {
        byte[] data = texts.ToArray();
        int length = data.Length;
        byte[][] tokens = [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b })];
        var free = new Queue<byte>(Enumerable.Range(1, 255).Select(b => (byte)b).Except(data));
        while (free.TryDequeue(out byte code))
        {
            int pair = MostFrequent(data.AsSpan(0, length), tokens, longest);
            if (pair < 0)
                break;
            (byte first, byte second) = ((byte)(pair >> 8), (byte)pair);
            tokens[code] = [.. tokens[first], .. tokens[second]];
            length = Replace(data.AsSpan(0, length), first, second, code);
        }

        return new PairCode(data[..length], tokens);
    }

    private static int MostFrequent(ReadOnlySpan<byte> data, byte[][] tokens, int longest)
    {
        var counts = new int[1 << 16];
        for (int i = 0; i + 1 < data.Length; i++)
            if (data[i] != 0 && data[i + 1] != 0)
                counts[data[i] << 8 | data[i + 1]]++;
        int best = -1;
        for (int pair = 0; pair < counts.Length; pair++)
            if (counts[pair] >= Least && (best < 0 || counts[pair] > counts[best]) && tokens[pair >> 8].Length + tokens[pair & 0xff].Length <= longest)
                best = pair;
        return best;
    }

    private static int Replace(Span<byte> data, byte first, byte second, byte code)
    {
        int to = 0;
        for (int from = 0; from < data.Length; from++)
        {
            bool isPair = data[from] == first && from + 1 < data.Length && data[from + 1] == second;
            data[to++] = isPair ? code : data[from];
            if (isPair)
                from++;
        }

        return to;
    }
}
