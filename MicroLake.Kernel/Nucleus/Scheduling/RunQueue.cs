using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// The threads that are ready to run: 64 priorities, first in first out within each. Every operation takes
/// constant time. The caller holds a lock.
/// </summary>
public unsafe struct RunQueue
{
    /// <summary>Number of priorities.</summary>
    public const int Priorities = 64;

    private ulong _nonEmpty;
    private ulong _count;
    private fixed ulong _heads[Priorities];

    /// <summary>Queued nodes.</summary>
    public readonly ulong Count => _count;

    /// <summary>Priority of the node that <see cref="Peek"/> returns, or -1.</summary>
    public readonly int HighestPriority => _nonEmpty == 0 ? -1 : BitOperations.Log2(_nonEmpty);

    /// <summary>Starts empty.</summary>
    public void Initialize()
    {
        _nonEmpty = 0;
        _count = 0;
        for (int i = 0; i < Priorities; i++)
            _heads[i] = 0;
    }

    /// <summary>Puts a node behind the others of its priority.</summary>
    /// <returns>False, and nothing changed, when it is queued already or its priority is out of range.</returns>
    public bool Enqueue(RunQueueNode* node)
    {
        if (node->IsQueued || node->Priority >= Priorities)
            return false;
        RunQueueNode* head = Head(node->Priority);
        if (head is null)
        {
            node->Next = node;
            node->Previous = node;
            SetHead(node->Priority, node);
        }
        else
        {
            node->Next = head;
            node->Previous = head->Previous;
            head->Previous->Next = node;
            head->Previous = node;
        }
        _count++;
        return true;
    }

    /// <summary>Puts a node ahead of the others of its priority, for a thread that was interrupted before its time was up.</summary>
    /// <returns>As <see cref="Enqueue"/>.</returns>
    public bool EnqueueFirst(RunQueueNode* node)
    {
        if (!Enqueue(node))
            return false;
        SetHead(node->Priority, node);
        return true;
    }

    /// <summary>Takes a node out, wherever it stands.</summary>
    /// <returns>False when it is not queued.</returns>
    public bool Dequeue(RunQueueNode* node)
    {
        if (!node->IsQueued)
            return false;
        if (node->Next == node)
            SetHead(node->Priority, null);
        else
        {
            node->Previous->Next = node->Next;
            node->Next->Previous = node->Previous;
            if (Head(node->Priority) == node)
                SetHead(node->Priority, node->Next);
        }
        node->Next = null;
        node->Previous = null;
        _count--;
        return true;
    }

    /// <summary>The longest waiting node of the highest priority, or null. It stays queued.</summary>
    public readonly RunQueueNode* Peek() => _nonEmpty == 0 ? null : Head(BitOperations.Log2(_nonEmpty));

    /// <summary>Takes out the longest waiting node of the highest priority; null when the queue is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RunQueueNode* TakeHighest() => _nonEmpty == 0 ? null : TakeHead();

    private RunQueueNode* TakeHead()
    {
        RunQueueNode* node = Peek();
        Dequeue(node);
        return node;
    }

    /// <summary>Moves the first node of a priority behind the others: its turn is over.</summary>
    public void Rotate(int priority)
    {
        RunQueueNode* head = (uint)priority < Priorities ? Head(priority) : null;
        if (head is not null)
            SetHead(priority, head->Next);
    }

    private readonly RunQueueNode* Head(int priority) => (RunQueueNode*)_heads[priority];

    private void SetHead(int priority, RunQueueNode* node)
    {
        _heads[priority] = (ulong)node;
        if (node is null)
            _nonEmpty &= ~(1UL << priority);
        else
            _nonEmpty |= 1UL << priority;
    }
}
