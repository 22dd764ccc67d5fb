namespace MicroLake.Abi;

/// <summary>Why the nucleus took a module off its hook.</summary>
public enum HookTrip : uint
{
    None = 0,

    /// <summary>Too many decisions took longer than the budget.</summary>
    OverBudget = 1,

    /// <summary>Too many inputs were outside of what was seen in training.</summary>
    InputsOutOfRange = 2,

    /// <summary>Too many decisions were out of range.</summary>
    OutputsOutOfRange = 3,

    /// <summary>An outcome was worse than the greatest allowed: somebody waited too long.</summary>
    Starvation = 4,

    /// <summary>More came of its decisions than would have come of the heuristic's, by more than is allowed.</summary>
    Worse = 5,
}
