namespace MicroLake.Nn;

/// <summary>How a session is made.</summary>
public sealed record InferenceOptions
{
    /// <summary>The kernels to use; null to time those that this processor has on this model and take the fastest.</summary>
    public ComputeBackend? Backend { get; init; }

    /// <summary>For how long kernels are timed, where some rounds do not take longer.</summary>
    public int TimingMicroseconds { get; init; } = 10_000;

    /// <summary>How dense layers that follow each other run, where they can run so; null to find by timing.</summary>
    public LayerStacking? Stacking { get; init; }

    /// <summary>Sizes of named dimensions other than the batch.</summary>
    public IReadOnlyDictionary<string, int> Dimensions { get; init; } = new Dictionary<string, int>();

    /// <summary>Values of inputs that never change, by name: these are no longer inputs of the session. An input that gives a
    /// shape (of Reshape) must be among them, since memory is planned when the session is made.</summary>
    public IReadOnlyDictionary<string, Tensor> Constants { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>Greatest number of rows that go through all layers together, so that intermediate values stay in the cache; null for
    /// a number chosen from the sizes of the layers.</summary>
    public int? RowsPerStep { get; init; }
}
