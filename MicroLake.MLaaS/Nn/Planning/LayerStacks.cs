using MicroLake.Nn.Kernels;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Planning;

/// <summary>Finds dense layers that follow each other and that <see cref="DenseStack{TVector}"/> can run as one.</summary>
internal static class LayerStacks
{
    // Weights of more floats than this do not stay in the nearest caches while every few rows go through all of them.
    private const long MaxWeights = 64 << 10;

    /// <summary>Number of steps from <paramref name="first"/> on that can be one stack; 0 where there is none.</summary>
    public static int Length(IReadOnlyList<PlanStep> steps, int first, PlanValue[] outputs)
    {
        long weights = 0;
        int count = 0;
        for (; first + count < steps.Count; count++)
        {
            PlanStep step = steps[first + count];
            if (step.Node is not DenseNode { CanStack: true } dense || (weights += dense.Weights) > MaxWeights)
                break;
            if (count > 0 && !IsOnlyReader(steps, first + count, outputs))
                break;
        }

        return count;
    }

    /// <summary>Whether what the step before computes is read by this step and by nothing else.</summary>
    private static bool IsOnlyReader(IReadOnlyList<PlanStep> steps, int reader, PlanValue[] outputs)
    {
        PlanValue value = steps[reader - 1].Output.Root;
        if (steps[reader].Inputs[0]?.Root != value)
            return false;
        int reads = outputs.Count(v => v.Root == value);
        foreach (PlanStep step in steps)
            reads += step.Inputs.Count(v => v?.Root == value);
        return reads == 1;
    }
}
