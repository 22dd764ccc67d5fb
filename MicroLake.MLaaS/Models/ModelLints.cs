using MicroLake.MLaaS.Packages;
using MicroLake.Nn;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.MLaaS.Models;

/// <summary>Mistakes of training and export that a sound file can hide.</summary>
internal static class ModelLints
{
    /// <exception cref="ModuleException">The model cannot be any good.</exception>
    public static void Check(DecisionModel decision, InferenceSession session, float[] rows)
    {
        ModuleManifest manifest = decision.Manifest;
        CheckOutputs(session, manifest, rows);
        foreach (ModuleInput input in manifest.Inputs)
        {
            float a = input.Apply(input.Least), b = input.Apply(input.Most);
            if (!float.IsFinite(a) || !float.IsFinite(b))
                throw new ModuleException($"the scale of \"{input.Feature}\" makes no finite numbers of its range");
            if (a == b)
                throw new ModuleException($"the scale of \"{input.Feature}\" makes one number of its whole range: the model sees nothing of it");
        }

        if (FeedForward.TryRead(decision.Model) is { } network)
            CheckLayers(network, decision);
    }

    private static void CheckOutputs(InferenceSession session, ModuleManifest manifest, float[] rows)
    {
        int inputs = manifest.Inputs.Count;
        float[] y = new float[1];
        float least = float.MaxValue, most = float.MinValue;
        for (int i = 0; i < rows.Length; i += inputs)
        {
            session.Run(rows.AsSpan(i, inputs), y);
            if (!float.IsFinite(y[0]))
                throw new ModuleException("the model gives numbers that are not finite for inputs within the range of the manifest");
            least = MathF.Min(least, y[0]);
            most = MathF.Max(most, y[0]);
        }

        if (least == most)
            throw new ModuleException($"the model gives {least} for everything within the range of the manifest: it decides nothing");
    }

    private static void CheckLayers(FeedForward network, DecisionModel decision)
    {
        FeedForwardLayer first = network.Layers[0];
        for (int i = 0; i < first.Inputs; i++)
        {
            bool used = false;
            for (int o = 0; o < first.Outputs; o++)
                used |= first.Weights[o * first.Inputs + i] != 0;
            if (!used)
                decision.Warnings.Add($"the model makes nothing of \"{decision.Manifest.Inputs[i].Feature}\": all its weights are 0");
        }

        for (int i = 1; i < network.Layers.Count; i++)
            if (network.Layers[i].Weights.AsSpan().SequenceEqual(network.Layers[i - 1].Weights))
                decision.Warnings.Add($"layers {i} and {i + 1} have the same weights; was one exported twice?");
    }
}
