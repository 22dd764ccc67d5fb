namespace MicroLake.Nn.Planning;

/// <summary>
/// The kernels of a model that were found by timing, for each size of batch: one row, less rows than vectors have lanes, few, many. So only the first
/// session of a size takes the time for it.
/// </summary>
internal sealed class KernelChoices
{
    private const int Sizes = 4;

    // A run of more work than this takes milliseconds where it is emulated; fewer rows tell as well.
    private const long LongWork = 1_000_000;
    private const int FewRows = 16;

    /// <summary>One row has kernels of its own.</summary>
    private const int FewestRows = 2;

    private readonly KernelChoice?[] _found = new KernelChoice?[Sizes];

    /// <summary>Sizes for which kernels were found.</summary>
    public int Count => _found.Length - Array.FindAll(_found, static choice => choice is null).Length;

    /// <summary>The kernels for a plan. What <paramref name="options"/> say of them, or of shapes, is not kept for other sessions.</summary>
    public KernelChoice Choose(OnnxModel model, in SessionPlanner.Stage stage, InferenceOptions options)
    {
        if (options.Backend is not null || options.Stacking is not null || options.Dimensions.Count + options.Constants.Count > 0)
            return KernelTiming.Choose(stage.Plan, options);
        // Two sessions of one size at a time: one after the other, since each would disturb the other's timing.
        lock (_found)
        {
            int size = stage.Rows switch { 1 => 0, < 8 => 1, < FewRows => 2, _ => 3 };
            bool isLong = stage.Plan.Work > LongWork;
            if ((_found[size] ?? (isLong ? Nearest(size) : null)) is { } known)
                return known;
            KernelChoice choice = KernelTiming.Choose(isLong ? Shorter(model, stage, options) : stage.Plan, options);
            _found[size] = choice;
            return choice;
        }
    }

    private static Plan Shorter(OnnxModel model, in SessionPlanner.Stage stage, InferenceOptions options)
    {
        int rows = (int)Math.Clamp(LongWork / Math.Max(1, stage.Plan.Work / stage.Rows), FewestRows, FewRows);
        return stage.Rows > rows && stage.Plan.Graph.RowWise ? new Plan(SessionPlanner.Infer(model, options, rows)) : stage.Plan;
    }

    /// <summary>What was found for the number of rows that comes next below, or above where there is none.</summary>
    private KernelChoice? Nearest(int size)
    {
        for (int below = size - 1; below > 0; below--)
            if (_found[below] is { } choice)
                return choice;
        for (int above = size + 1; above < Sizes; above++)
            if (_found[above] is { } choice)
                return choice;
        return null;
    }
}
