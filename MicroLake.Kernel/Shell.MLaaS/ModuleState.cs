namespace MicroLake.Shell.MLaaS;

/// <summary>Where a module is in its life.</summary>
internal enum ModuleState
{
    /// <summary>Checked, and at no hook.</summary>
    Loaded,

    /// <summary>It decides beside the heuristic, which counts.</summary>
    Shadow,

    /// <summary>A share of its decisions count.</summary>
    Canary,

    /// <summary>Its decisions count.</summary>
    Active,

    /// <summary>A guardrail took it off its hook.</summary>
    Tripped,
}
