namespace MicroLake.Nucleus.Scheduling;

/// <summary>A sleeper's place in a <see cref="TimerQueue"/>; lies inside the sleeper's own structure, zero at first.</summary>
public unsafe struct TimerNode
{
    internal TimerNode* Left;
    internal TimerNode* Right;
    internal TimerNode* Parent;

    /// <summary>Steps to the nearest missing child, counting this node; 0 while not queued.</summary>
    internal uint Rank;

    /// <summary>When to wake, in the unit that the queue's owner uses throughout.</summary>
    public ulong Deadline { readonly get; internal set; }

    /// <summary>Whether the node is in a queue.</summary>
    public readonly bool IsQueued => Rank != 0;
}
