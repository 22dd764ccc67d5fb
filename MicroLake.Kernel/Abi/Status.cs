namespace MicroLake.Abi;

/// <summary>
/// The outcome of an operation of the kernel. Zero is success; every other value is a reason that the
/// caller can act on. Numbers are part of the binary interface: add at the end, never renumber.
/// </summary>
public enum Status
{
    /// <summary>The operation was carried out in full.</summary>
    Ok = 0,

    /// <summary>An argument is out of range, misaligned or contradicts another.</summary>
    InvalidArgument = 1,

    /// <summary>The kernel has no memory left for its own bookkeeping.</summary>
    OutOfMemory = 2,

    /// <summary>No free address range of the wanted length and alignment exists.</summary>
    NoAddressSpace = 3,

    /// <summary>The range overlaps one that is already reserved.</summary>
    AlreadyReserved = 4,

    /// <summary>The range, or a part of it, is not reserved.</summary>
    NotReserved = 5,

    /// <summary>The state that the caller wanted to wait in had already changed.</summary>
    WouldBlock = 6,

    /// <summary>The deadline came first.</summary>
    TimedOut = 7,

    /// <summary>There is no object of that identifier (any more).</summary>
    NotFound = 8,

    /// <summary>A quota or a table is full.</summary>
    LimitReached = 9,

    /// <summary>The caller has no right to do this.</summary>
    NotPermitted = 10,

    /// <summary>The process that the operation is about has ended, or is about to.</summary>
    ProcessEnded = 11,

    /// <summary>The number is no handle of the caller's process: closed already, moved away, or never given.</summary>
    BadHandle = 12,

    /// <summary>The handle names an object of another type.</summary>
    WrongType = 13,

    /// <summary>The other side is gone: nobody can receive, or who was to reply has ended without.</summary>
    PeerClosed = 14,

    /// <summary>Somebody cancelled the wait.</summary>
    Cancelled = 15,

    /// <summary>The other side has no room for the handles in the message; the sender still has them.</summary>
    PeerFull = 16,

    /// <summary>The caller that this would answer has given up or has ended.</summary>
    CallerGone = 17,

    /// <summary>The thread has no call to answer.</summary>
    NothingToReply = 18,

    /// <summary>There is one of that name already.</summary>
    AlreadyExists = 19,
}
