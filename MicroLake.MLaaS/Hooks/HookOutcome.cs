namespace MicroLake.MLaaS.Hooks;

/// <summary>What comes of the decisions of a hook.</summary>
public enum HookOutcome
{
    /// <summary>Nobody can tell.</summary>
    Unknown,

    /// <summary>Somebody has waited, for so many nanoseconds.</summary>
    Waiting,

    /// <summary>A page had to be waited for, or not: in thousandths.</summary>
    Misses,
}
