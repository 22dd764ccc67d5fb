namespace MicroLake.Nucleus;

/// <summary>
/// The order of the nucleus's spin locks: a processor that holds one may take only those of a higher rank. A debug build checks it
/// (<see cref="LockOrder"/>).
/// </summary>
internal enum LockRank : byte
{
    /// <summary>The list of all threads and their identifiers.</summary>
    ThreadList = 1,

    /// <summary>An endpoint, a notification: its waiters and their messages.</summary>
    KernelObject = 2,

    /// <summary>A process's handle table.</summary>
    HandleTable = 3,

    /// <summary>Of two handle tables the one at the higher address.</summary>
    SecondHandleTable = 4,

    /// <summary>Free memory for kernel objects.</summary>
    ObjectMemory = 5,

    /// <summary>A bucket of waiters (<c>AddressWait</c>), or those who wait for pages (<c>PageWait</c>).</summary>
    WaitBucket = 6,

    /// <summary>
    /// A processor's run queue. A second one is only tried for, never waited for; the context switch hands it over from the old thread
    /// to the new.
    /// </summary>
    RunQueue = 7,

    /// <summary>Regions and page tables of an address space.</summary>
    AddressSpace = 8,

    /// <summary>A request to all processors (<c>ProcessorRequest</c>).</summary>
    ProcessorRequest = 9,

    /// <summary>Page frames.</summary>
    PageFrames = 10,

    /// <summary>A device's registers and rings.</summary>
    Device = 11,

    /// <summary>The kernel's log: may be written with any other lock held.</summary>
    Log = 12,
}
