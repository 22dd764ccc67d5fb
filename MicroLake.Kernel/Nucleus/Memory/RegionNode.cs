using MicroLake.Abi;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// A region as a node of a treap: ordered by address, heap-ordered by a random priority. It sums up its
/// subtree so that a search for free space descends straight to the lowest gap that is large enough.
/// </summary>
internal unsafe struct RegionNode
{
    public RegionNode* Left;
    public RegionNode* Right;
    public ulong Start;
    public ulong End;
    public Protection Protection;
    public uint Kind;
    public uint Priority;

    /// <summary>Start of the lowest region of the subtree.</summary>
    public ulong MinimumStart;

    /// <summary>End of the highest region of the subtree.</summary>
    public ulong MaximumEnd;

    /// <summary>Bytes of the largest gap between two regions of the subtree.</summary>
    public ulong LargestGap;

    /// <summary>Recomputes the summary from the children's.</summary>
    public void Update()
    {
        ulong gap = 0;
        MinimumStart = Start;
        MaximumEnd = End;
        if (Left is not null)
        {
            MinimumStart = Left->MinimumStart;
            gap = Larger(Left->LargestGap, Start - Left->MaximumEnd);
        }
        if (Right is not null)
        {
            MaximumEnd = Right->MaximumEnd;
            gap = Larger(gap, Larger(Right->LargestGap, Right->MinimumStart - End));
        }
        LargestGap = gap;
    }

    /// <summary>Divides a tree into the regions that start below an address and the others.</summary>
    public static void Split(RegionNode* tree, ulong address, RegionNode** below, RegionNode** above)
    {
        if (tree is null)
        {
            *below = null;
            *above = null;
            return;
        }
        if (tree->Start < address)
        {
            Split(tree->Right, address, &tree->Right, above);
            *below = tree;
        }
        else
        {
            Split(tree->Left, address, below, &tree->Left);
            *above = tree;
        }
        tree->Update();
    }

    /// <summary>Puts two trees together, all of <paramref name="left"/> being lower.</summary>
    public static RegionNode* Merge(RegionNode* left, RegionNode* right)
    {
        if (left is null)
            return right;
        if (right is null)
            return left;
        if (left->Priority > right->Priority)
        {
            left->Right = Merge(left->Right, right);
            left->Update();
            return left;
        }
        right->Left = Merge(left, right->Left);
        right->Update();
        return right;
    }

    /// <summary>The lowest region of a tree that is not empty.</summary>
    public static RegionNode* First(RegionNode* tree)
    {
        while (tree->Left is not null)
            tree = tree->Left;
        return tree;
    }

    /// <summary>The highest region of a tree that is not empty.</summary>
    public static RegionNode* Last(RegionNode* tree)
    {
        while (tree->Right is not null)
            tree = tree->Right;
        return tree;
    }

    /// <summary>Finds the lowest gap of [low, high) with at least so many bytes.</summary>
    public static bool TryFindGap(RegionNode* tree, ulong low, ulong high, ulong length, out ulong start)
    {
        start = low;
        if (tree is null)
            return high - low >= length;
        if (tree->MinimumStart - low >= length)
            return true;
        if (tree->LargestGap < length)
        {
            start = tree->MaximumEnd;
            return high - start >= length;
        }
        for (RegionNode* node = tree; ;)
        {
            RegionNode* left = node->Left;
            RegionNode* right = node->Right;
            if (left is not null && left->LargestGap >= length)
            {
                node = left;
                continue;
            }
            if (left is not null && node->Start - left->MaximumEnd >= length)
            {
                start = left->MaximumEnd;
                return true;
            }
            if (right->MinimumStart - node->End >= length)
            {
                start = node->End;
                return true;
            }
            node = right;
        }
    }

    private static ulong Larger(ulong a, ulong b) => a > b ? a : b;
}
