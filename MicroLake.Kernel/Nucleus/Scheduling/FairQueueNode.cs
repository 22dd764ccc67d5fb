namespace MicroLake.Nucleus.Scheduling;

/// <summary>A place in a <see cref="FairQueue"/>; lies inside the owner's own structure, zero at first.</summary>
public unsafe struct FairQueueNode
{
    /// <summary>Its place while its key is outside of the calendar; holds the key wherever it stands.</summary>
    internal KeyedHeapNode Outside;

    /// <summary>Neighbours in the ring of its bucket.</summary>
    internal FairQueueNode* Next, Previous;

    /// <summary>Where it stands: one of the constants of <see cref="FairQueue"/>, or its bucket.</summary>
    internal uint Place;

    /// <summary>Its place in the order, in nanoseconds of virtual runtime.</summary>
    public readonly ulong Key => Outside.Key;

    /// <summary>Whether the node is in a queue.</summary>
    public readonly bool IsQueued => Place != FairQueue.NotQueued;
}
