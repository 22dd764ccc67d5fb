namespace MicroLake.Nucleus.Ipc;

/// <summary>What a thread waits for at a kernel object.</summary>
internal enum WaitKind : byte
{
    None = 0,

    /// <summary>In an endpoint's queue with a call that nobody has taken.</summary>
    Calling = 1,

    /// <summary>For the reply to a call that a server has taken.</summary>
    Reply = 2,

    /// <summary>In an endpoint's queue of servers, for a call.</summary>
    Receiving = 3,

    /// <summary>In a notification's queue, for bits.</summary>
    Bits = 4,
}
