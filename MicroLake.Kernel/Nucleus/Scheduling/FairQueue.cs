using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Ready threads in the order of their virtual runtimes, to within the width of a bucket; first in first out within one, but for arrivals that come
/// before the first. A calendar queue (Brown, 1988) with a bitmap of the buckets in use: inserting, taking and cancelling take constant time, however
/// many are queued. A node whose key is outside of the calendar, of a thread with little weight or one that a module has put elsewhere, waits in a heap
/// until its bucket's turn has come. The caller holds a lock.
/// </summary>
/// <remarks>
/// The first node is in no bucket: it is at hand, and two threads that take turns never touch the calendar. The calendar begins a little before the
/// floor, for those that come back ahead of the others. What is taken out is the least, so all that stays is inside after the calendar has moved on,
/// and each index belongs to one bucket at a time.
/// </remarks>
public unsafe struct FairQueue
{
    /// <summary>Buckets of the calendar.</summary>
    public const int Buckets = 256;

    /// <summary>log2 of a bucket's width: 131 µs of virtual runtime, a thirtieth of a turn.</summary>
    public const int WidthShift = 17;

    /// <summary>How many buckets before that of the floor the calendar begins.</summary>
    public const ulong BucketsBehind = 32;

    internal const uint NotQueued = 0, InFront = 1, Outside = 2, FirstBucket = 3;

    private const int BitsPerWord = 64;
    private const int Words = Buckets / BitsPerWord;

    private FairQueueNode* _first;
    private ulong _count;
    private ulong _floor;
    private ulong _beginning;
    private KeyedHeap _outside;
    private fixed ulong _used[Words];
    private fixed ulong _heads[Buckets];

    /// <summary>Queued nodes.</summary>
    public readonly ulong Count => _count;

    /// <summary>The greatest key that was taken out or reached: never falls.</summary>
    public readonly ulong Floor => _floor;

    /// <summary>Raises the floor. Nobody is queued: the calendar can begin anywhere.</summary>
    public void Reach(ulong key)
    {
        if (key > _floor)
            _floor = key;
    }

    /// <summary>Starts empty.</summary>
    public void Initialize()
    {
        _first = null;
        _count = 0;
        _floor = 0;
        _beginning = 0;
        _outside.Initialize();
        for (int i = 0; i < Words; i++)
            _used[i] = 0;
        for (int i = 0; i < Buckets; i++)
            _heads[i] = 0;
    }

    /// <summary>The first node, or null. It stays queued.</summary>
    public readonly FairQueueNode* Peek() => _first;

    /// <summary>
    /// Queues a node behind those of its bucket. One that <paramref name="arrives"/>, which had no turn in this bucket, goes before the first if its key
    /// is less: many that come one by one would otherwise wait for a turn of all the others each.
    /// </summary>
    /// <returns>False, and nothing changed, when it is queued already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Insert(FairQueueNode* node, ulong key, bool arrives = false)
    {
        if (node->IsQueued)
            return false;
        node->Outside.Key = key;
        _count++;
        if (_first is null)
            SetFirst(node);
        else
            InsertFurther(node, arrives);
        return true;
    }

    /// <summary>Takes out the first node, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FairQueueNode* TakeFirst()
    {
        FairQueueNode* node = _first;
        if (node is null)
            return null;
        if (node->Key > _floor)
            _floor = node->Key;
        RemoveFirst(node);
        return node;
    }

    /// <summary>Takes a node out, wherever it stands.</summary>
    /// <returns>False when it is not queued.</returns>
    public bool Cancel(FairQueueNode* node)
    {
        switch (node->Place)
        {
            case NotQueued:
                return false;
            case InFront:
                RemoveFirst(node);
                return true;
            case Outside:
                _ = _outside.Cancel(&node->Outside);
                break;
            default:
                RemoveFromBucket(node);
                break;
        }

        node->Place = NotQueued;
        _count--;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetFirst(FairQueueNode* node)
    {
        _first = node;
        node->Place = InFront;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RemoveFirst(FairQueueNode* node)
    {
        node->Place = NotQueued;
        ulong rest = _count - 1;
        _count = rest;
        if (rest == 0)
            _first = null;
        else
            SetFirst(TakeFurther());
    }

    /// <summary>Queues a node where there are others.</summary>
    private void InsertFurther(FairQueueNode* node, bool arrives)
    {
        FairQueueNode* first = _first;
        if (arrives ? node->Key < first->Key : node->Key >> WidthShift < first->Key >> WidthShift)
        {
            SetFirst(node);
            Place(first, isFirst: true);
        }
        else
        {
            Place(node, isFirst: false);
        }
    }

    /// <summary>Puts a node into its bucket, before or behind those that are there, or into the heap.</summary>
    private void Place(FairQueueNode* node, bool isFirst)
    {
        ulong beginning = _floor >> WidthShift;
        if (beginning > _beginning + BucketsBehind)
            _beginning = beginning - BucketsBehind;
        ulong bucket = node->Key >> WidthShift;
        // Before the beginning, too: the difference is a great number then.
        if (bucket - _beginning >= Buckets)
        {
            node->Place = Outside;
            _ = _outside.Insert(&node->Outside, node->Key);
            return;
        }

        uint index = (uint)bucket % Buckets;
        node->Place = FirstBucket + index;
        var head = (FairQueueNode*)_heads[index];
        if (head is null)
        {
            node->Next = node;
            node->Previous = node;
            _heads[index] = (ulong)node;
            _used[index / BitsPerWord] |= 1ul << (int)(index % BitsPerWord);
            return;
        }

        FairQueueNode* last = head->Previous;
        node->Next = head;
        node->Previous = last;
        last->Next = node;
        head->Previous = node;
        if (isFirst)
            _heads[index] = (ulong)node;
    }

    /// <summary>Takes out the node behind the first: the first of the first bucket, or the least of the heap if its bucket's turn has come.</summary>
    private FairQueueNode* TakeFurther()
    {
        uint begin = (uint)_beginning % Buckets;
        uint index = FirstUsedFrom(begin);
        if (_outside.Count != 0 && (index == Buckets || _outside.LeastKey >> WidthShift <= _beginning + (index - begin) % Buckets))
            return (FairQueueNode*)_outside.TakeLeast();
        var node = (FairQueueNode*)_heads[index];
        RemoveFromBucket(node);
        return node;
    }

    /// <summary>The first bucket that is not empty, going round once; <see cref="Buckets"/>: all are.</summary>
    private readonly uint FirstUsedFrom(uint begin)
    {
        uint word = begin / BitsPerWord;
        ulong bits = _used[word] & (ulong.MaxValue << (int)(begin % BitsPerWord));
        for (int i = 0; bits == 0; i++)
        {
            // The last word to look at is the first again: what is before the beginning comes last.
            if (i == Words)
                return Buckets;
            word = (word + 1) % Words;
            bits = _used[word];
        }

        return word * BitsPerWord + (uint)BitOperations.TrailingZeroCount(bits);
    }

    private void RemoveFromBucket(FairQueueNode* node)
    {
        uint index = node->Place - FirstBucket;
        FairQueueNode* next = node->Next;
        if (next == node)
        {
            _heads[index] = 0;
            _used[index / BitsPerWord] &= ~(1ul << (int)(index % BitsPerWord));
            return;
        }

        node->Previous->Next = next;
        next->Previous = node->Previous;
        if (_heads[index] == (ulong)node)
            _heads[index] = (ulong)next;
    }
}
