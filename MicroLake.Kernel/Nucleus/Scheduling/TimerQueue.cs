namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Deadlines of sleepers, as a leftist heap of intrusive nodes (Knuth, The Art of Computer Programming,
/// volume 3, 5.2.3): the next deadline is at hand, inserting, taking and cancelling are O(log n) at worst, and
/// no memory is needed beyond the nodes. The caller holds a lock.
/// </summary>
public unsafe struct TimerQueue
{
    private TimerNode* _root;
    private ulong _count;

    /// <summary>Queued nodes.</summary>
    public readonly ulong Count => _count;

    /// <summary>The earliest deadline, or 2^64 - 1 when nobody sleeps.</summary>
    public readonly ulong NextDeadline => _root is null ? ulong.MaxValue : _root->Deadline;

    /// <summary>Starts empty.</summary>
    public void Initialize()
    {
        _root = null;
        _count = 0;
    }

    /// <summary>The node with the earliest deadline, or null. It stays queued.</summary>
    public readonly TimerNode* Peek() => _root;

    /// <summary>Queues a node.</summary>
    /// <returns>False, and nothing changed, when it is queued already.</returns>
    public bool Insert(TimerNode* node, ulong deadline)
    {
        if (node->IsQueued)
            return false;
        node->Left = null;
        node->Right = null;
        node->Parent = null;
        node->Rank = 1;
        node->Deadline = deadline;
        _root = Merge(_root, node);
        _count++;
        return true;
    }

    /// <summary>Takes a node out, wherever it stands.</summary>
    /// <returns>False when it is not queued.</returns>
    public bool Cancel(TimerNode* node)
    {
        if (!node->IsQueued)
            return false;
        TimerNode* parent = node->Parent;
        TimerNode* rest = Merge(node->Left, node->Right);
        if (rest is not null)
            rest->Parent = parent;
        if (parent is null)
            _root = rest;
        else
        {
            if (parent->Left == node)
                parent->Left = rest;
            else
                parent->Right = rest;
            RestoreRanks(parent);
        }
        node->Rank = 0;
        _count--;
        return true;
    }

    /// <summary>Takes out the node with the earliest deadline if that is not after <paramref name="now"/>; otherwise null.</summary>
    public TimerNode* TakeExpired(ulong now)
    {
        TimerNode* node = _root;
        if (node is null || node->Deadline > now)
            return null;
        Cancel(node);
        return node;
    }

    /// <summary>Joins two heaps along their right spines, which have at most log2(n + 1) nodes.</summary>
    private static TimerNode* Merge(TimerNode* a, TimerNode* b)
    {
        if (a is null)
            return b;
        if (b is null)
            return a;
        if (b->Deadline < a->Deadline)
        {
            TimerNode* earlier = b;
            b = a;
            a = earlier;
        }
        a->Right = Merge(a->Right, b);
        a->Right->Parent = a;
        Settle(a);
        return a;
    }

    /// <summary>Goes up while ranks change. They grow on the way, so that is at most log2(n + 1) steps.</summary>
    private static void RestoreRanks(TimerNode* node)
    {
        while (node is not null)
        {
            uint before = node->Rank;
            Settle(node);
            if (node->Rank == before)
                return;
            node = node->Parent;
        }
    }

    /// <summary>Puts the child of higher rank on the left and recomputes the rank.</summary>
    private static void Settle(TimerNode* node)
    {
        uint left = node->Left is null ? 0 : node->Left->Rank;
        uint right = node->Right is null ? 0 : node->Right->Rank;
        if (left < right)
        {
            TimerNode* child = node->Left;
            node->Left = node->Right;
            node->Right = child;
            right = left;
        }
        node->Rank = right + 1;
    }
}
