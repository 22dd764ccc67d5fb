namespace MicroLake.Nucleus.Scheduling;

/// <summary>A thread's place in a <see cref="RunQueue"/>; lies inside the thread's own structure.</summary>
public unsafe struct RunQueueNode
{
    /// <summary>The node behind, in a ring; null while not queued.</summary>
    public RunQueueNode* Next;

    /// <summary>The node ahead, in a ring; null while not queued.</summary>
    public RunQueueNode* Previous;

    /// <summary>0, the lowest, to 63, the highest. Change it only while the node is not queued.</summary>
    public byte Priority;

    /// <summary>Whether the node is in a queue.</summary>
    public readonly bool IsQueued => Next is not null;
}
