using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// The threads that are ready on one processor, in two classes: real-time, by priority and first in first out within one; below
/// them all others by virtual runtime. The caller holds the processor's lock.
/// </summary>
internal unsafe struct ReadyQueue
{
    private RunQueue _realtime;
    private FairQueue _fair;

    public readonly ulong Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _realtime.Count + _fair.Count;
    }

    /// <summary>Virtual runtime that the processor's fair threads have all reached, but for latecomers. Never falls.</summary>
    public readonly ulong Floor => _fair.Floor;

    /// <summary>Raises the floor while nobody is queued.</summary>
    public void Reach(ulong virtualRuntime) => _fair.Reach(virtualRuntime);

    /// <summary>Starts empty.</summary>
    public void Initialize()
    {
        _realtime.Initialize();
        _fair.Initialize();
    }

    /// <summary>Queues a thread; <paramref name="arrives"/>: it waited, or is new.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Thread* thread, bool arrives = false)
    {
        if (thread->IsRealtime)
            _ = _realtime.Enqueue(&thread->RunNode);
        else
            _ = _fair.Insert(&thread->FairNode, thread->VirtualRuntime, arrives);
    }

    /// <summary>The first thread to run, or null. It stays queued.</summary>
    public readonly Thread* Peek()
    {
        RunQueueNode* node = _realtime.Peek();
        if (node != null)
            return Thread.FromRunNode(node);
        FairQueueNode* fair = _fair.Peek();
        return fair != null ? Thread.FromFairNode(fair) : null;
    }

    /// <summary>Takes out the first thread to run; null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Thread* Take()
    {
        RunQueueNode* node = _realtime.TakeHighest();
        if (node != null)
            return Thread.FromRunNode(node);
        FairQueueNode* fair = _fair.TakeFirst();
        return fair != null ? Thread.FromFairNode(fair) : null;
    }

    /// <summary>Takes a thread out, wherever it stands. False: it is not in the queue.</summary>
    public bool Remove(Thread* thread) => _realtime.Dequeue(&thread->RunNode) || _fair.Cancel(&thread->FairNode);

    /// <summary>Whether a thread waits that <paramref name="running"/> shares the processor with in turns, or has to give way to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasRival(Thread* running) =>
        running->IsRealtime ? _realtime.HighestPriority >= running->RunNode.Priority : Count != 0;
}
