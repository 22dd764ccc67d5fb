using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Planning;

/// <summary>Joins steps where one kernel can do the work of two: a product with the bias added to it, and with the Relu after it.</summary>
internal static class Fusion
{
    public static List<PlanStep> Run(List<PlanStep> steps, PlanValue[] outputs)
    {
        var fused = new List<PlanStep>(steps.Count);
        var readers = new Dictionary<PlanValue, int>();
        foreach (PlanStep step in steps)
            CountReads(step.Inputs, readers);
        CountReads(outputs, readers);

        foreach (PlanStep step in steps)
        {
            // The product must be the step just before: nothing else then reads what the joined step overwrites.
            PlanStep? last = fused.Count > 0 ? fused[^1] : null;
            PlanStep? joined = last is not null && readers.GetValueOrDefault(last.Output) == 1 ? TryJoin(last, step) : null;
            if (joined is null)
                fused.Add(step);
            else
                fused[^1] = joined;
        }

        return fused;
    }

    private static void CountReads(PlanValue?[] values, Dictionary<PlanValue, int> readers)
    {
        foreach (PlanValue? value in values)
            for (PlanValue? v = value; v is not null; v = v.AliasOf)
                readers[v] = readers.GetValueOrDefault(v) + 1;
    }

    private static PlanStep? TryJoin(PlanStep first, PlanStep second)
    {
        if (first.Node is not DenseNode dense)
            return null;
        if (second.Node is UnaryNode<Relu.Function> && second.Inputs[0] == first.Output)
            return dense.WithRelu() is { } relu ? new(relu, first.Inputs, second.Output) : null;
        if (second.Node is not BinaryNode<Add.Function, float> || second.Output.Shape != first.Output.Shape)
            return null;
        PlanValue? bias = second.Inputs[0] == first.Output ? second.Inputs[1] : second.Inputs[1] == first.Output ? second.Inputs[0] : null;
        return bias is not null && dense.WithBias(bias) is { } biased ? new(biased, biased.Operands, second.Output) : null;
    }
}
