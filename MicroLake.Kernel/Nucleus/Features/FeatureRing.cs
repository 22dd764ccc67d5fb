using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Features;

/// <summary>
/// The last feature vectors that were begun on one processor. Any number of writers, interrupts among them, and none ever waits: each takes
/// the next number, and with it a place. Readers on any processor see a committed vector whole or not at all.
/// </summary>
/// <remarks>
/// A vector's sequence is its lock: odd while it is captured, even and its number's double afterwards. A writer that comes round to a place
/// whose capture still goes on, or which a younger one has, drops its own vector and counts it. x86 keeps the order of stores, and of loads
/// (Intel SDM volume 3, 9.2.2); taking a place is an atomic instruction and so a full barrier.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
public unsafe struct FeatureRing
{
    /// <summary>A cache line: processors do not disturb each other.</summary>
    public const int Bytes = 64;

    private byte* _places;
    private ulong _mask;
    private uint _stride;

    /// <summary>The generation that captures are let in for; 0: none.</summary>
    private uint _open;

    /// <summary>Captures begun, and of these those that are over, since the memory was made: numbers are not used again.</summary>
    private ulong _begun;
    private ulong _over;
    private ulong _dropped;

    /// <summary>Numbers up to here are of earlier generations, or truncated.</summary>
    private ulong _first;
    private ulong _truncated;

    /// <summary>Captures begun in this generation.</summary>
    public ulong Begun => Volatile.Read(ref _begun) - _first;

    /// <summary>Captures that found no place.</summary>
    public ulong Dropped => Volatile.Read(ref _dropped);

    /// <summary>Vectors that younger ones have overwritten.</summary>
    public ulong Overwritten
    {
        get
        {
            ulong begun = Begun;
            return begun > _mask + 1 ? begun - (_mask + 1) : 0;
        }
    }

    /// <summary>Starts a generation, empty, while nobody is in a capture.</summary>
    /// <param name="places">Memory for <paramref name="capacity"/> vectors, all zeros.</param>
    /// <param name="capacity">A power of two.</param>
    /// <param name="values">Values of a vector.</param>
    /// <param name="generation">Not 0.</param>
    public void Open(byte* places, ulong capacity, uint values, uint generation)
    {
        _places = places;
        _mask = capacity - 1;
        _stride = StrideOf(values);
        _dropped = 0;
        _first = Volatile.Read(ref _begun);
        _truncated = _first;
        Volatile.Write(ref _open, generation);
    }

    /// <summary>Lets nobody in any more.</summary>
    public void Close() => _ = Interlocked.Exchange(ref _open, 0u);

    /// <summary>Takes <see cref="Close"/> back.</summary>
    public void Reopen(uint generation) => Volatile.Write(ref _open, generation);

    /// <summary>Whether nobody is in a capture, once the ring is closed.</summary>
    public bool IsQuiet
    {
        get
        {
            // The count that lags is read first: equal, they were equal then.
            ulong over = Volatile.Read(ref _over);
            return over == Volatile.Read(ref _begun);
        }
    }

    /// <summary>Bytes that a vector takes.</summary>
    public static uint StrideOf(uint values) => (uint)FeatureVector.StrideOf((int)values);

    /// <summary>Takes a place for the next vector; null where there is none, or the generation is not open.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FeatureVector* Begin(uint generation)
    {
        ulong number = Interlocked.Increment(ref _begun);
        if (_open == generation)
        {
            FeatureVector* vector = PlaceOf(number);
            ulong before = vector->Sequence;
            if ((before & 1) == 0 && before < number * 2
                && Interlocked.CompareExchange(ref vector->Sequence, number * 2 + 1, before) == before)
                return vector;
            _ = Interlocked.Increment(ref _dropped);
        }

        _ = Interlocked.Increment(ref _over);
        return null;
    }

    /// <summary>The vector is whole: readers may have it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(FeatureVector* vector)
    {
        Volatile.Write(ref vector->Sequence, vector->Sequence - 1);
        _ = Interlocked.Increment(ref _over);
    }

    /// <summary>Gives the place up; the vector never was.</summary>
    public void Abandon(FeatureVector* vector)
    {
        Volatile.Write(ref vector->Sequence, 0);
        _ = Interlocked.Increment(ref _over);
    }

    /// <summary>Copies committed vectors from a position on, oldest first, and moves the position behind them.</summary>
    /// <param name="position">Number of vectors to skip; moved past those that are lost, too.</param>
    /// <param name="target">Room for <paramref name="count"/> vectors.</param>
    /// <param name="count">Most vectors to copy.</param>
    /// <returns>Vectors copied; 0 when there is no younger one.</returns>
    public int Read(ref ulong position, byte* target, int count)
    {
        ulong begun = Volatile.Read(ref _begun);
        ulong oldest = begun > _mask + 1 ? begun - (_mask + 1) : 0;
        ulong truncated = Volatile.Read(ref _truncated);
        if (position < oldest)
            position = oldest;
        if (position < truncated)
            position = truncated;
        int copied = 0;
        for (; copied < count && position < begun; position++)
            if (TryCopy(position + 1, target + (uint)copied * _stride))
                copied++;
        return copied;
    }

    /// <summary>Copies a vector by its number. False: it is not there, or not committed.</summary>
    public bool TryCopy(ulong number, byte* target)
    {
        FeatureVector* vector = PlaceOf(number);
        if (number == 0 || Volatile.Read(ref vector->Sequence) != number * 2)
            return false;
        RawMemory.CopyQuads(target, vector, _stride);
        Interlocked.MemoryBarrier();
        // A writer came round while it was copied.
        return Volatile.Read(ref vector->Sequence) == number * 2;
    }

    /// <summary>Readers get no vector any more that was committed before a time of the time-stamp counter, nor older ones.</summary>
    public void Truncate(ulong committedBefore)
    {
        ulong begun = Volatile.Read(ref _begun);
        ulong number = begun > _mask + 1 ? begun - (_mask + 1) : 0;
        ulong truncated = number;
        for (number++; number <= begun; number++)
        {
            FeatureVector* vector = PlaceOf(number);
            if (Volatile.Read(ref vector->Sequence) == number * 2 && Volatile.Read(ref vector->CommittedAt) < committedBefore)
                truncated = number;
        }

        if (truncated > _truncated)
            Volatile.Write(ref _truncated, truncated);
    }

    private readonly FeatureVector* PlaceOf(ulong number) => (FeatureVector*)(_places + ((number - 1) & _mask) * _stride);
}
