namespace MicroLake.Nucleus;

/// <summary>
/// The order of the nucleus's spin locks: a processor that holds one may take only those of a higher rank. A debug build checks it
/// (<see cref="LockOrder"/>).
/// </summary>
internal enum LockRank : byte
{
    /// <summary>A bucket of waiters (<c>AddressWait</c>).</summary>
    WaitBucket = 1,

    /// <summary>The list of all threads and their identifiers.</summary>
    ThreadList = 2,

    /// <summary>
    /// A processor's run queue. A second one is only tried for, never waited for; the context switch hands it over from the old thread
    /// to the new.
    /// </summary>
    RunQueue = 3,

    /// <summary>Regions and page tables of an address space.</summary>
    AddressSpace = 4,

    /// <summary>A request to all processors (<c>ProcessorRequest</c>).</summary>
    ProcessorRequest = 5,

    /// <summary>Page frames.</summary>
    PageFrames = 6,

    /// <summary>A device's registers and rings.</summary>
    Device = 7,

    /// <summary>The kernel's log: may be written with any other lock held.</summary>
    Log = 8,
}
