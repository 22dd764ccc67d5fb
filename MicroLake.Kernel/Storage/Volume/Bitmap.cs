using System.Numerics;

namespace MicroLake.Storage;

/// <summary>A bit for each of a number of things. What lies beyond them counts as set.</summary>
internal sealed class Bitmap
{
    private const int WordShift = 6;

    private ulong[] _words = [];

    public Bitmap(long length) => Grow(length);

    public long Length { get; private set; }

    public bool this[long index] => (_words[index >> WordShift] >> (int)index & 1) != 0;

    public void Set(long index) => _words[index >> WordShift] |= 1UL << (int)index;

    public void Clear(long index) => _words[index >> WordShift] &= ~(1UL << (int)index);

    /// <summary>Adds clear bits at the end.</summary>
    public void Grow(long length)
    {
        long old = Length;
        int words = (int)((length + 63) >> WordShift);
        int first = _words.Length;
        Array.Resize(ref _words, words);
        for (long bit = old; bit < Math.Min(length, (long)first << WordShift); bit++)
            Clear(bit);
        for (long bit = length; bit < (long)words << WordShift; bit++)
            Set(bit);
        Length = length;
    }

    /// <summary>The first clear bit from an index on, then from the start; -1 when all are set.</summary>
    public long FindClear(long from)
    {
        long found = FindClear(from, Length);
        return found >= 0 ? found : FindClear(0, from);
    }

    /// <summary>The next run of set bits from an index on; false after the last.</summary>
    public bool TryFindRun(ref long index, out long length)
    {
        length = 0;
        while (index < Length && !this[index])
            index = (index & 63) == 0 && _words[index >> WordShift] == 0 ? index + 64 : index + 1;
        if (index >= Length)
            return false;
        while (index + length < Length && this[index + length])
            length++;
        return true;
    }

    private long FindClear(long from, long to)
    {
        while (from < to)
        {
            ulong clear = ~_words[from >> WordShift] >> (int)from;
            if (clear != 0)
            {
                long found = from + BitOperations.TrailingZeroCount(clear);
                return found < to ? found : -1;
            }

            from = (from | 63) + 1;
        }

        return -1;
    }
}
