using MicroLake.MLaaS.Packages;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.MLaaS.Models;

/// <summary>
/// Bounds what a network can give for any inputs within its manifest's ranges, by interval arithmetic: the network of the file in float32, and what runs in
/// the kernel, every way in whole numbers that measuring may choose there, with its roundings. Bounds hold for all inputs, but may be wider than what
/// really comes out, so that a sound network can fail.
/// </summary>
public static class OutputProof
{
    /// <summary>Least and greatest decision of any way, and the ways.</summary>
    /// <exception cref="ModuleException">It is not proven that every decision is in the output's range.</exception>
    public static ProvenRange Prove(DecisionModel decision)
    {
        FeedForward network = decision.Network
            ?? throw new ModuleException("only networks of dense layers with Relu can be bounded, and model.onnx has other parts; train it without them, or leave --prove out");
        (long least, long most) = Checked(decision.Manifest.Output, "float32", FloatBounds(network, decision));
        var ways = new List<string> { "float32" };
        foreach (DecisionProgram program in decision.Programs())
        {
            (long low, long high) = Checked(decision.Manifest.Output, program.Way, program.Bounds());
            (least, most) = (Math.Min(least, low), Math.Max(most, high));
            if (!ways.Contains(program.Way))
                ways.Add(program.Way);
        }

        return new(least, most, ways);
    }

    private static (long Least, long Most) Checked(ModuleOutput output, string way, (long Least, long Most)? bounds)
    {
        if (bounds is not var (least, most))
            throw new ModuleException($"decisions computed as {way} cannot be bounded, because a sum could overflow; narrow the inputs' ranges");
        return least >= output.Least && most <= output.Most
            ? (least, most)
            : throw new ModuleException($"decisions computed as {way} are proven to be from {least} to {most} {output.Unit}, which is not within {output.Least} to {output.Most}; narrow the inputs' ranges, widen the output's, or train with smaller weights");
    }

    private static (long Least, long Most) FloatBounds(FeedForward network, DecisionModel decision)
    {
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
        return (Math.Min(a, b), Math.Max(a, b));
    }
}
