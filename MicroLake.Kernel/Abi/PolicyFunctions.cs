namespace MicroLake.Abi;

/// <summary>Addresses of the nucleus's functions for policies. All but the first are helpers, which programs call while they decide.</summary>
public struct PolicyFunctions
{
    /// <summary>What is attached to a hook for a policy, whose state begins with <see cref="PolicyHead"/>.</summary>
    public nint Decide;

    /// <summary>The same for a policy that has a model: where that was given a number out of its range, the decision is <see cref="HookAttachment.Outside"/>.</summary>
    public nint DecideAsking;

    public nint Time, Random, Processor, Trace, Feature, Infer;
}
