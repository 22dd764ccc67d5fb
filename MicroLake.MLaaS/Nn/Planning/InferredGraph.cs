namespace MicroLake.Nn.Planning;

/// <summary>A graph with every type and shape known: the steps to run, constants computed, views resolved.</summary>
internal sealed class InferredGraph
{
    public required List<PlanStep> Steps { get; init; }

    public required PlanValue[] Inputs { get; init; }

    public required PlanValue[] Outputs { get; init; }

    /// <summary>True when every output is by rows: the batch may then be cut into pieces anywhere.</summary>
    public required bool RowWise { get; init; }
}
