namespace MicroLake.Abi;

/// <summary>What the decisions of a module attached to a hook are worth.</summary>
public enum HookMode : uint
{
    /// <summary>None is attached: the heuristic decides.</summary>
    Heuristic = 0,

    /// <summary>It decides beside the heuristic, which counts.</summary>
    Shadow = 1,

    /// <summary>A share of its decisions count.</summary>
    Canary = 2,

    /// <summary>Its decisions count.</summary>
    Active = 3,
}
