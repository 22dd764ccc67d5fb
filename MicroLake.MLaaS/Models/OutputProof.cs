using MicroLake.MLaaS.Packages;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.MLaaS.Models;

/// <summary>
/// Bounds what a network can give for any inputs within its manifest's ranges, by interval arithmetic. Bounds hold for all of them, but may
/// be wider than what really comes out, so that a sound network can fail.
/// </summary>
public static class OutputProof
{
    /// <summary>Least and greatest decision.</summary>
    /// <exception cref="ModuleException">It is not proven that every decision is in the output's range.</exception>
    public static (long Least, long Most) Prove(DecisionModel decision)
    {
        FeedForward network = decision.Network
            ?? throw new ModuleException("only networks of dense layers with Relu can be bounded, and model.onnx has other parts; train it without them, or leave --prove out");
        (float[] least, float[] most) = decision.InputBox();
        var bounds = new (double Least, double Most)[least.Length];
        for (int i = 0; i < bounds.Length; i++)
            bounds[i] = (least[i], most[i]);
        foreach (FeedForwardLayer layer in network.Layers)
        {
            bounds = layer.Bounds(bounds);
            for (int i = 0; layer.Relu && i < bounds.Length; i++)
                bounds[i] = (Math.Max(bounds[i].Least, 0), Math.Max(bounds[i].Most, 0));
        }

        ModuleOutput output = decision.Manifest.Output;
        // Float32 rounds at each step; a thousandth is far more than these networks lose.
        double margin = 1e-3 * Math.Max(Math.Abs(bounds[0].Least), Math.Abs(bounds[0].Most));
        long a = output.Apply((float)(bounds[0].Least - margin)), b = output.Apply((float)(bounds[0].Most + margin));
        (long low, long high) = (Math.Min(a, b), Math.Max(a, b));
        if (low < output.Least || high > output.Most)
            throw new ModuleException($"decisions are proven to be from {low} to {high} {output.Unit}, which is not within {output.Least} to {output.Most}; narrow the inputs' ranges, widen the output's, or train with smaller weights");
        return (low, high);
    }
}
