namespace MicroLake.Abi;

/// <summary>Why a process ended.</summary>
public enum ProcessEnd : uint
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>By itself, with an exit code.</summary>
    Exit = 1,

    /// <summary>Somebody ended it.</summary>
    Killed = 2,

    /// <summary>A fault that none of its handlers took: see the fault's fields in <see cref="ProcessRecord"/>.</summary>
    Fault = 3,

    /// <summary>It gave up, with a message.</summary>
    Panic = 4,
}
