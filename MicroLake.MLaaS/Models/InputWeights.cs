using System.Globalization;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn;

namespace MicroLake.MLaaS.Models;

/// <summary>
/// What each input of a model weighed in a decision: by how much the decision would have differed had the input been its mean in training (of models
/// that do not say, the middle of its range). Computed when somebody asks, from the recorded inputs.
/// </summary>
public sealed class InputWeights
{
    /// <summary>What the trainer writes into model files, in the order of the inputs.</summary>
    private const string Means = "microlake.means";

    private readonly ModuleManifest _manifest;
    private readonly DecisionModel _model;
    private readonly InferenceSession _session;
    private readonly float[] _means;

    public InputWeights(DecisionModel model)
    {
        _model = model;
        _manifest = model.Manifest;
        _session = InferenceSession.Create(model.Model, 1);
        _means = MeansOf(model);
    }

    /// <summary>The inputs and what they weighed, in the unit of the model's output before it is rounded; the heaviest first.</summary>
    /// <param name="features">Of the hook.</param>
    public List<(string Feature, float Weight)> Of(ReadOnlySpan<long> features)
    {
        float[] row = new float[_means.Length];
        for (int i = 0; i < row.Length; i++)
            row[i] = _manifest.Inputs[i].Apply(features[_model.Hook.IndexOf(_manifest.Inputs[i].Feature)]);
        float decision = Run(row);
        var weights = new List<(string Feature, float Weight)>();
        for (int i = 0; i < row.Length; i++)
        {
            float value = row[i];
            row[i] = _means[i];
            weights.Add((_manifest.Inputs[i].Feature, decision - Run(row)));
            row[i] = value;
        }

        weights.Sort(static (a, b) => MathF.Abs(b.Weight).CompareTo(MathF.Abs(a.Weight)));
        return weights;
    }

    private float Run(float[] row)
    {
        Span<float> output = stackalloc float[1];
        _session.Run(row, output);
        return output[0] * _manifest.Output.Scale;
    }

    private static float[] MeansOf(DecisionModel model)
    {
        (float[] means, float[] most) = model.InputBox();
        for (int i = 0; i < means.Length; i++)
            means[i] = (means[i] + most[i]) / 2;
        if (!model.Model.Metadata.TryGetValue(Means, out string? text))
            return means;
        string[] written = text.Split(',');
        for (int i = 0; i < means.Length && written.Length == means.Length; i++)
            if (float.TryParse(written[i], NumberStyles.Float, CultureInfo.InvariantCulture, out float mean) && float.IsFinite(mean))
                means[i] = mean;
        return means;
    }
}
