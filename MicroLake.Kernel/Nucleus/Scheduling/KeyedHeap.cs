using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Nodes in the order of their keys: sleepers by deadline, fair threads that are far from the others. A leftist heap of intrusive nodes
/// (Knuth, The Art of Computer Programming, volume 3, 5.2.3): the least key is at hand, inserting, taking and cancelling are
/// O(log n) at worst, and no memory is needed beyond the nodes. Of equal keys the older comes first. The caller holds a lock.
/// </summary>
public unsafe struct KeyedHeap
{
    private KeyedHeapNode* _root;
    private ulong _count;

    /// <summary>Queued nodes.</summary>
    public readonly ulong Count => _count;

    /// <summary>The least key, or 2^64 - 1 when the heap is empty.</summary>
    public readonly ulong LeastKey => _root is null ? ulong.MaxValue : _root->Key;

    /// <summary>Starts empty.</summary>
    public void Initialize()
    {
        _root = null;
        _count = 0;
    }

    /// <summary>The node with the least key, or null. It stays queued.</summary>
    public readonly KeyedHeapNode* Peek() => _root;

    /// <summary>Takes out the node with the least key, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyedHeapNode* TakeLeast()
    {
        KeyedHeapNode* node = _root;
        if (node is null || node->Left is not null)
            return TakeRoot();
        // The only one: a node without a left child has no right one.
        _root = null;
        _count = 0;
        node->Rank = 0;
        return node;
    }

    private KeyedHeapNode* TakeRoot()
    {
        KeyedHeapNode* node = _root;
        if (node is not null)
            Cancel(node);
        return node;
    }

    /// <summary>Queues a node.</summary>
    /// <returns>False, and nothing changed, when it is queued already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Insert(KeyedHeapNode* node, ulong key)
    {
        if (node->IsQueued)
            return false;
        node->Left = null;
        node->Right = null;
        node->Parent = null;
        node->Rank = 1;
        node->Key = key;
        _root = _root is null ? node : Merge(_root, node);
        _count++;
        return true;
    }

    /// <summary>Takes a node out, wherever it stands.</summary>
    /// <returns>False when it is not queued.</returns>
    public bool Cancel(KeyedHeapNode* node)
    {
        if (!node->IsQueued)
            return false;
        KeyedHeapNode* parent = node->Parent;
        KeyedHeapNode* rest = node->Right is null ? node->Left : Merge(node->Left, node->Right);
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

    /// <summary>Takes out the node with the least key if that is not above <paramref name="limit"/>; otherwise null.</summary>
    public KeyedHeapNode* TakeUpTo(ulong limit) => _root is null || _root->Key > limit ? null : TakeLeast();

    /// <summary>Joins two heaps along their right spines, which have at most log2(n + 1) nodes.</summary>
    private static KeyedHeapNode* Merge(KeyedHeapNode* a, KeyedHeapNode* b)
    {
        if (a is null)
            return b;
        if (b is null)
            return a;
        if (b->Key < a->Key)
        {
            KeyedHeapNode* earlier = b;
            b = a;
            a = earlier;
        }
        a->Right = Merge(a->Right, b);
        a->Right->Parent = a;
        Settle(a);
        return a;
    }

    /// <summary>Goes up while ranks change. They grow on the way, so that is at most log2(n + 1) steps.</summary>
    private static void RestoreRanks(KeyedHeapNode* node)
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
    private static void Settle(KeyedHeapNode* node)
    {
        uint left = node->Left is null ? 0 : node->Left->Rank;
        uint right = node->Right is null ? 0 : node->Right->Rank;
        if (left < right)
        {
            KeyedHeapNode* child = node->Left;
            node->Left = node->Right;
            node->Right = child;
            right = left;
        }
        node->Rank = right + 1;
    }
}
