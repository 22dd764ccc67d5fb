namespace MicroLake.Abi;

/// <summary>Why a thread left its processor. Numbers are part of the binary interface: add at the end.</summary>
public enum SwitchReason : ushort
{
    /// <summary>Another thread was to run first, or the turn was over.</summary>
    Preempted = 0,

    /// <summary>It gave way by itself and could go on.</summary>
    Yielded = 1,

    /// <summary>It waits for something.</summary>
    Waiting = 2,

    /// <summary>It has ended.</summary>
    Ended = 3,

    /// <summary>It called a server, which runs in its place.</summary>
    Called = 4,

    /// <summary>It replied to its caller, which goes on in its place.</summary>
    Replied = 5,
}
