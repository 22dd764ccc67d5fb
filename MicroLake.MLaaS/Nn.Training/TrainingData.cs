namespace MicroLake.Nn.Training;

/// <summary>Rows of features with their targets, in one piece of memory each.</summary>
public sealed class TrainingData(int features, int targets)
{
    private readonly List<float> _features = [];
    private readonly List<float> _targets = [];

    public int Features { get; } = features;

    public int Targets { get; } = targets;

    public int Rows => _targets.Count / Targets;

    public void Add(ReadOnlySpan<float> row, params ReadOnlySpan<float> target)
    {
        if (row.Length != Features || target.Length != Targets)
            throw new ArgumentException($"A row has {Features} features and {Targets} targets, not {row.Length} and {target.Length}.");
        foreach (float value in row)
            if (!float.IsFinite(value))
                throw new ArgumentException("A feature is not a finite number.");
        _features.AddRange(row);
        _targets.AddRange(target);
    }

    public ReadOnlySpan<float> Row(int index) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_features).Slice(index * Features, Features);

    public ReadOnlySpan<float> Target(int index) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_targets).Slice(index * Targets, Targets);
}
