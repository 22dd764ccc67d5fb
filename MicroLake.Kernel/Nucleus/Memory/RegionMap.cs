using MicroLake.Abi;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The reserved ranges of an address space: an ordered set of regions that never overlap. Neighbours with the
/// same protection and kind are one region.
/// </summary>
/// <remarks>
/// A treap (Seidel and Aragon, Randomized Search Trees, 1996) whose nodes also know the extent of their subtree
/// and the largest gap inside it, so that finding an address and finding free space both take expected O(log n).
/// Nodes come from pages that the owner supplies and are kept for reuse. Every change first makes sure of the
/// nodes that it needs: it is carried out in full or not at all. The caller holds a lock.
/// </remarks>
public unsafe struct RegionMap
{
    private const ulong PageSize = 4096;

    private ulong _low;
    private ulong _high;
    private RegionNode* _root;
    private RegionNode* _freeNodes;
    private RegionNode* _pages;
    private delegate*<byte*> _allocatePage;
    private ulong _random;
    private ulong _regions;
    private ulong _reservedBytes;
    private ulong _freeNodeCount;
    private ulong _nodePages;
    private ulong _mostNodePages;

    /// <summary>Regions in the map.</summary>
    public readonly ulong RegionCount => _regions;

    /// <summary>Bytes of all regions together.</summary>
    public readonly ulong ReservedBytes => _reservedBytes;

    /// <summary>Pages taken from the owner for nodes.</summary>
    public readonly ulong NodePages => _nodePages;

    /// <summary>Bytes of the largest range that is not reserved.</summary>
    public readonly ulong LargestGap
    {
        get
        {
            if (_root is null)
                return _high - _low;
            ulong outer = Larger(_root->MinimumStart - _low, _high - _root->MaximumEnd);
            return Larger(outer, _root->LargestGap);
        }
    }

    /// <summary>Starts with an empty map of the addresses [low, high).</summary>
    /// <param name="low">Page-aligned.</param>
    /// <param name="high">Page-aligned, above <paramref name="low"/>.</param>
    /// <param name="allocatePage">Returns one zeroed page of 4 KiB, or null when there is none.</param>
    /// <param name="mostPages">What is more is not asked for; operations that would need it fail as without memory.</param>
    public Status Initialize(ulong low, ulong high, delegate*<byte*> allocatePage, ulong mostPages = ulong.MaxValue)
    {
        if (((low | high) & (PageSize - 1)) != 0 || low >= high || allocatePage is null)
            return Status.InvalidArgument;
        _low = low;
        _high = high;
        _root = null;
        _freeNodes = null;
        _pages = null;
        _allocatePage = allocatePage;
        _random = 0x9E3779B97F4A7C15;
        _regions = 0;
        _reservedBytes = 0;
        _freeNodeCount = 0;
        _nodePages = 0;
        _mostNodePages = mostPages;
        return Status.Ok;
    }

    /// <summary>
    /// Ends the map's life: returns the pages that it took, for the owner to free, each with the next one's address as its first word.
    /// </summary>
    public byte* DetachPages()
    {
        var first = (byte*)_pages;
        _root = null;
        _freeNodes = null;
        _pages = null;
        _freeNodeCount = 0;
        _nodePages = 0;
        return first;
    }

    /// <summary>Reserves a range of the map's choice: the lowest that fits.</summary>
    /// <param name="length">Bytes, a multiple of 4096.</param>
    /// <param name="alignment">A power of two, at least 4096. Above 4096 the lowest gap that surely holds an aligned range is taken.</param>
    /// <param name="protection">What may be done to the range.</param>
    /// <param name="kind">The owner's mark.</param>
    /// <param name="start">First address, 0 on failure.</param>
    public Status TryReserve(ulong length, ulong alignment, Protection protection, uint kind, out ulong start)
    {
        start = 0;
        if (length == 0 || (length & (PageSize - 1)) != 0 || alignment < PageSize || (alignment & (alignment - 1)) != 0)
            return Status.InvalidArgument;
        if (!TryFindGap(length, alignment, out ulong found))
            return Status.NoAddressSpace;
        Status status = Insert(found, found + length, protection, kind);
        if (status == Status.Ok)
            start = found;
        return status;
    }

    /// <summary>Reserves exactly this range, which must be free.</summary>
    public Status ReserveAt(ulong start, ulong length, Protection protection, uint kind)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        if (TryFindNext(start, out Region next) && next.Start < start + length)
            return Status.AlreadyReserved;
        return Insert(start, start + length, protection, kind);
    }

    /// <summary>Changes the protection of a range that is reserved throughout; kinds stay as they are.</summary>
    public Status Protect(ulong start, ulong length, Protection protection)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        ulong end = start + length;
        bool change = false;
        for (ulong position = start; position < end;)
        {
            if (!TryFind(position, out Region region))
                return Status.NotReserved;
            change |= region.Protection != protection;
            position = region.End;
        }
        if (!change)
            return Status.Ok;
        if (!EnsureNodes(Cuts(start) + Cuts(end)))
            return Status.OutOfMemory;

        DivideAt(_root, start, out RegionNode* left, out RegionNode* rest);
        DivideAt(rest, end, out RegionNode* middle, out RegionNode* right);
        while (middle is not null)
        {
            RegionNode* first = DetachFirst(&middle);
            first->Protection = protection;
            left = Join(left, first);
        }
        _root = Join(left, right);
        return Status.Ok;
    }

    /// <summary>Makes a range free, whatever mixture of regions and gaps it holds.</summary>
    public Status Remove(ulong start, ulong length)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        ulong end = start + length;
        if (!EnsureNodes(Cuts(start) + Cuts(end)))
            return Status.OutOfMemory;

        DivideAt(_root, start, out RegionNode* left, out RegionNode* rest);
        DivideAt(rest, end, out RegionNode* middle, out RegionNode* right);
        while (middle is not null)
        {
            RegionNode* first = DetachFirst(&middle);
            _reservedBytes -= first->End - first->Start;
            ReleaseNode(first);
        }
        _root = RegionNode.Merge(left, right);
        return Status.Ok;
    }

    /// <summary>The region that holds an address.</summary>
    public readonly bool TryFind(ulong address, out Region region) =>
        TryFindNext(address, out region) && region.Start <= address;

    /// <summary>
    /// The region that holds an address or, failing that, the next one above it. To enumerate, begin at 0 and
    /// go on from each region's end.
    /// </summary>
    public readonly bool TryFindNext(ulong address, out Region region)
    {
        RegionNode* found = null;
        for (RegionNode* node = _root; node is not null;)
        {
            if (node->End > address)
            {
                found = node;
                node = node->Left;
            }
            else
                node = node->Right;
        }
        region = default;
        if (found is null)
            return false;
        region.Start = found->Start;
        region.End = found->End;
        region.Protection = found->Protection;
        region.Kind = found->Kind;
        return true;
    }

    private readonly bool IsRange(ulong start, ulong length) =>
        length != 0 && ((start | length) & (PageSize - 1)) == 0
        && start >= _low && start < _high && length <= _high - start;

    private readonly bool TryFindGap(ulong length, ulong alignment, out ulong start)
    {
        start = 0;
        ulong sure = length + (alignment - PageSize);
        if (sure >= length && RegionNode.TryFindGap(_root, _low, _high, sure, out ulong gap))
        {
            start = AlignUp(gap, alignment);
            return true;
        }
        if (alignment == PageSize)
            return false;

        // No gap is surely large enough, but a smaller one may happen to be aligned.
        for (gap = _low; gap < _high;)
        {
            bool more = TryFindNext(gap, out Region next);
            ulong gapEnd = more ? next.Start : _high;
            ulong aligned = AlignUp(gap, alignment);
            if (aligned >= gap && aligned <= gapEnd && gapEnd - aligned >= length)
            {
                start = aligned;
                return true;
            }
            gap = more ? next.End : _high;
        }
        return false;
    }

    private Status Insert(ulong start, ulong end, Protection protection, uint kind)
    {
        if (!EnsureNodes(1))
            return Status.OutOfMemory;
        RegionNode* node = TakeNode(start, end, protection, kind);
        _reservedBytes += end - start;
        RegionNode* left;
        RegionNode* right;
        RegionNode.Split(_root, start, &left, &right);
        _root = Join(Join(left, node), right);
        return Status.Ok;
    }

    /// <summary>1 when a border at this address goes through a region, else 0.</summary>
    private readonly ulong Cuts(ulong address) => TryFind(address, out Region region) && region.Start < address ? 1UL : 0;

    /// <summary>Divides a tree at an address, cutting the region that straddles it. A node must be available for that.</summary>
    private void DivideAt(RegionNode* tree, ulong address, out RegionNode* left, out RegionNode* right)
    {
        RegionNode* below;
        RegionNode* above;
        RegionNode.Split(tree, address, &below, &above);
        if (below is not null && below->MaximumEnd > address)
        {
            RegionNode* cut = DetachLast(&below);
            RegionNode* upper = TakeNode(address, cut->End, cut->Protection, cut->Kind);
            cut->End = address;
            cut->Update();
            below = RegionNode.Merge(below, cut);
            above = RegionNode.Merge(upper, above);
        }
        left = below;
        right = above;
    }

    /// <summary>Puts two trees together, all of <paramref name="left"/> being lower, and merges the regions that meet if they are alike.</summary>
    private RegionNode* Join(RegionNode* left, RegionNode* right)
    {
        if (left is not null && right is not null && left->MaximumEnd == right->MinimumStart)
        {
            RegionNode* last = RegionNode.Last(left);
            RegionNode* first = RegionNode.First(right);
            if (last->Protection == first->Protection && last->Kind == first->Kind)
            {
                last = DetachLast(&left);
                first = DetachFirst(&right);
                last->End = first->End;
                last->Update();
                ReleaseNode(first);
                left = RegionNode.Merge(left, last);
            }
        }
        return RegionNode.Merge(left, right);
    }

    private static RegionNode* DetachFirst(RegionNode** tree)
    {
        RegionNode* first;
        RegionNode.Split(*tree, RegionNode.First(*tree)->Start + 1, &first, tree);
        return first;
    }

    private static RegionNode* DetachLast(RegionNode** tree)
    {
        RegionNode* last;
        RegionNode.Split(*tree, RegionNode.Last(*tree)->Start, tree, &last);
        return last;
    }

    private bool EnsureNodes(ulong count)
    {
        while (_freeNodeCount < count)
        {
            RegionNode* node = _nodePages < _mostNodePages ? (RegionNode*)_allocatePage() : null;
            if (node is null)
                return false;
            _nodePages++;
            // The first node of a page is its link in the chain of pages.
            node->Left = _pages;
            _pages = node++;
            ulong inPage = PageSize / (ulong)sizeof(RegionNode) - 1;
            for (ulong i = 0; i < inPage; i++, node++)
            {
                node->Right = _freeNodes;
                _freeNodes = node;
            }
            _freeNodeCount += inPage;
        }
        return true;
    }

    private RegionNode* TakeNode(ulong start, ulong end, Protection protection, uint kind)
    {
        RegionNode* node = _freeNodes;
        _freeNodes = node->Right;
        _freeNodeCount--;
        _regions++;
        node->Left = null;
        node->Right = null;
        node->Start = start;
        node->End = end;
        node->Protection = protection;
        node->Kind = kind;
        node->Priority = NextPriority();
        node->Update();
        return node;
    }

    private void ReleaseNode(RegionNode* node)
    {
        node->Right = _freeNodes;
        _freeNodes = node;
        _freeNodeCount++;
        _regions--;
    }

    /// <summary>xorshift64* (Vigna, An experimental exploration of Marsaglia's xorshift generators, 2016).</summary>
    private uint NextPriority()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return (uint)(_random * 0x2545F4914F6CDD1D >> 32);
    }

    private static ulong Larger(ulong a, ulong b) => a > b ? a : b;

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
