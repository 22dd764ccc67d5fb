namespace MicroLake.Policies.Execution;

/// <summary>The model that a replayed program asks.</summary>
public interface IReplayedModel
{
    /// <summary>Numbers that it takes.</summary>
    int Inputs { get; }

    /// <summary>What it gives for them.</summary>
    long Infer(ReadOnlySpan<long> inputs);
}
