namespace MicroLake.Nucleus.Scheduling;

/// <summary>A place in a <see cref="KeyedHeap"/>; lies inside the owner's own structure, zero at first.</summary>
public unsafe struct KeyedHeapNode
{
    internal KeyedHeapNode* Left;
    internal KeyedHeapNode* Right;
    internal KeyedHeapNode* Parent;

    /// <summary>Steps to the nearest missing child, counting this node; 0 while not queued.</summary>
    internal uint Rank;

    /// <summary>Its place in the order, in the unit that the heap's owner uses throughout.</summary>
    public ulong Key { readonly get; internal set; }

    /// <summary>Whether the node is in a queue.</summary>
    public readonly bool IsQueued => Rank != 0;
}
