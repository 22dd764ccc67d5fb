namespace MicroLake.Abi;

/// <summary>Addresses of the nucleus's functions for policies. All but the first are helpers, which programs call while they decide.</summary>
public struct PolicyFunctions
{
    /// <summary>What is attached to a hook for a policy, whose state begins with <see cref="PolicyHead"/>.</summary>
    public nint Decide;

    public nint Time, Random, Processor, Trace, Feature, Infer;
}
