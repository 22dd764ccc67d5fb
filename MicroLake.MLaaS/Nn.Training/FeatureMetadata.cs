using System.Globalization;

namespace MicroLake.Nn.Training;

/// <summary>What a model file says about its inputs: lists in the order of the features, separated by commas.</summary>
public static class FeatureMetadata
{
    public const string Names = "microlake.features";
    public const string Units = "microlake.units";

    /// <summary>The range of each feature in the training data: beyond it, nobody knows what the model says.</summary>
    public const string Minimums = "microlake.minimums";
    public const string Maximums = "microlake.maximums";

    /// <summary>The scaling that the first layer does: (feature - mean) / deviation.</summary>
    public const string Means = "microlake.means";
    public const string Deviations = "microlake.deviations";

    /// <param name="features">Name and unit of each feature.</param>
    public static IEnumerable<KeyValuePair<string, string>> Describe(IReadOnlyList<(string Name, string Unit)> features, FeatureScaler scaler)
    {
        yield return new(Names, string.Join(',', features.Select(f => f.Name)));
        yield return new(Units, string.Join(',', features.Select(f => f.Unit)));
        yield return new(Minimums, Join(scaler.Minimums));
        yield return new(Maximums, Join(scaler.Maximums));
        yield return new(Means, Join(scaler.Means.Select(m => (float)m)));
        yield return new(Deviations, Join(scaler.Deviations.Select(d => (float)d)));
    }

    private static string Join(IEnumerable<float> values) => string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
