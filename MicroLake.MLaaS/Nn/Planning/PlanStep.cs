using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Planning;

/// <summary>One kernel to run, and the values it reads and writes.</summary>
internal sealed class PlanStep(PreparedNode node, PlanValue?[] inputs, PlanValue output)
{
    public PreparedNode Node { get; } = node;

    public PlanValue?[] Inputs { get; } = inputs;

    public PlanValue Output { get; } = output;

    /// <summary>Slot of the working memory, set when memory is assigned; -1 for none.</summary>
    public int Scratch { get; set; } = -1;
}
