using System.Numerics;
using System.Threading;

namespace MicroLake.Nucleus.Paging;

/// <summary>
/// Which slots of a swap disk are taken: a bit for each. One thread takes slots, any may give them back. Slot 0 is the disk's header and is never given out.
/// </summary>
public unsafe struct SlotMap
{
    private const int BitsPerWord = 64;

    private ulong* _words;
    private ulong _slots;
    private ulong _used;
    private ulong _next;

    /// <summary>Slots from 1 to this one less are there.</summary>
    public readonly ulong Slots => _slots;

    /// <summary>Slots that are taken, without the header.</summary>
    public readonly ulong Used => _used;

    /// <summary>Bytes of the map of so many slots, a multiple of 8.</summary>
    public static ulong MapBytes(ulong slots) => (slots + BitsPerWord - 1) / BitsPerWord * sizeof(ulong);

    /// <summary>Starts with every slot free.</summary>
    /// <param name="words"><see cref="MapBytes"/> bytes.</param>
    /// <param name="slots">At least 2: the header is one of them.</param>
    public void Initialize(ulong* words, ulong slots)
    {
        _words = words;
        _slots = slots;
        _used = 0;
        _next = 1;
        Memory.RawMemory.Clear(words, MapBytes(slots));
        words[0] = 1;
    }

    /// <summary>
    /// Takes free slots in a row, looking from where the last ones were taken: what is written together lies together. Returns how many, 0 where none is free.
    /// </summary>
    public ulong Take(ulong most, out ulong first)
    {
        first = 0;
        if (most == 0 || !TryFindFree(_next, _slots, out first) && !TryFindFree(1, _next, out first))
            return 0;
        ulong count = 0;
        while (count < most && first + count < _slots && !IsTaken(first + count))
        {
            ulong slot = first + count++;
            Interlocked.Or(ref _words[slot / BitsPerWord], 1ul << (int)(slot % BitsPerWord));
        }

        Interlocked.Add(ref _used, count);
        _next = first + count == _slots ? 1 : first + count;
        return count;
    }

    /// <summary>Gives a slot back. False: it was not taken, or is none.</summary>
    public bool Give(ulong slot)
    {
        if (slot == 0 || slot >= _slots)
            return false;
        ulong bit = 1ul << (int)(slot % BitsPerWord);
        if ((Interlocked.And(ref _words[slot / BitsPerWord], ~bit) & bit) == 0)
            return false;
        Interlocked.Add(ref _used, ulong.MaxValue);
        return true;
    }

    private readonly bool IsTaken(ulong slot) => (Volatile.Read(ref _words[slot / BitsPerWord]) >> (int)(slot % BitsPerWord) & 1) != 0;

    private readonly bool TryFindFree(ulong from, ulong end, out ulong slot)
    {
        for (slot = from; slot < end;)
        {
            ulong free = ~Volatile.Read(ref _words[slot / BitsPerWord]) >> (int)(slot % BitsPerWord);
            if (free != 0)
            {
                slot += (ulong)BitOperations.TrailingZeroCount(free);
                return slot < end;
            }

            slot = (slot / BitsPerWord + 1) * BitsPerWord;
        }

        return false;
    }
}
