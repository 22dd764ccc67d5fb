using MicroLake.Nn.Onnx;

namespace MicroLake.Nn.Planning;

/// <summary>Decides how a batch runs through a model: in pieces of how many rows, and how often.</summary>
internal static class SessionPlanner
{
    // The widest layers of the rows that go through all layers together stay in the nearest caches.
    private const long PieceBytes = 48 << 10;
    private const int SmallestPiece = 48;

    /// <summary>A plan for some rows, and how many times in a row it runs.</summary>
    internal readonly record struct Stage(Plan Plan, int Rows, int Times);

    /// <summary>The batch that a caller gets who asks for none: what the file fixes, or one row.</summary>
    public static int DefaultBatch(OnnxModel model, InferenceOptions options) => Math.Max(1, DeclaredRows(model, options));

    /// <summary>Plans <paramref name="batch"/> rows.</summary>
    public static List<Stage> Plan(OnnxModel model, InferenceOptions options, int batch)
    {
        int declared = DeclaredRows(model, options);
        if (declared == 0)
            return PlanRows(model, options, batch, Infer(model, options, batch));

        // The file fixes the number of rows. Fixed at one it may still take more at a time, when each row goes through on its own.
        if (batch % declared != 0)
            throw new InferenceException($"The model is made for {declared} rows at a time, which does not divide {batch}. Use a multiple of {declared}.");
        if (declared == 1 && batch > 1 && TryInfer(model, options, batch) is { RowWise: true } inferred)
            return PlanRows(model, options, batch, inferred);
        return [new(new(Infer(model, options, declared)), declared, batch / declared)];
    }

    /// <summary>Infers the graph for <paramref name="rows"/> rows.</summary>
    public static InferredGraph Infer(OnnxModel model, InferenceOptions options, int rows)
    {
        int declared = DeclaredRows(model, options);
        var inputs = new PlanValue[model.Graph.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            TensorInfo info = model.Graph.Inputs[i].Info;
            inputs[i] = options.Constants.TryGetValue(info.Name, out Tensor? given)
                ? Constant(info, given)
                : Input(info, i, rows, declared, options);
        }

        return ShapeInference.Run(model.Graph, model.Limits, inputs);
    }

    private static List<Stage> PlanRows(OnnxModel model, InferenceOptions options, int batch, InferredGraph whole)
    {
        int piece = whole.RowWise ? Math.Min(batch, options.RowsPerStep ?? ChoosePiece(whole, batch)) : batch;
        if (piece >= batch)
            return [new(new(whole), batch, 1)];
        var stages = new List<Stage> { new(new(Infer(model, options, piece)), piece, batch / piece) };
        if (batch % piece != 0)
            stages.Add(new(new(Infer(model, options, batch % piece)), batch % piece, 1));
        return stages;
    }

    private static int ChoosePiece(InferredGraph whole, int batch)
    {
        if (batch <= SmallestPiece)
            return batch;
        long widest = 1;
        foreach (PlanStep step in whole.Steps)
            widest = Math.Max(widest, step.Output.ByteLength / batch + step.Inputs.Where(i => i is { PerRow: true }).Sum(i => i!.ByteLength / batch));
        long rows = Math.Max(SmallestPiece, PieceBytes / widest);
        long pieces = (batch + rows - 1) / rows;
        // Even pieces, in whole blocks of rows: six for registers, or as many as the longest vector has lanes.
        return (int)Math.Min(batch, ((batch + pieces - 1) / pieces + SmallestPiece - 1) / SmallestPiece * SmallestPiece);
    }

    /// <summary>Number of rows that the file fixes, 1 when it has no dimension for them, 0 when it leaves them open.</summary>
    private static int DeclaredRows(OnnxModel model, InferenceOptions options)
    {
        int rows = 1;
        foreach (TensorInfo input in model.Inputs)
        {
            if (options.Constants.ContainsKey(input.Name))
                continue;
            if (!input.HasShape)
                throw new UnresolvedShapeException($"Input '{input.Name}' has no shape in the file. Export the model with the shapes of its inputs, or give its value when the session is made.");
            if (IsOpenBatch(input, options))
                return 0;
            if (input.Dimensions.Count > 1 && rows == 1)
                rows = Math.Max(rows, input.Dimensions[0].Value);
        }

        return rows;
    }

    private static bool IsOpenBatch(TensorInfo input, InferenceOptions options) =>
        input.Dimensions.Count > 0 && input.Dimensions[0].IsOpen && !options.Dimensions.ContainsKey(input.Dimensions[0].Name);

    private static InferredGraph? TryInfer(OnnxModel model, InferenceOptions options, int rows)
    {
        try
        {
            return Infer(model, options, rows);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static PlanValue Input(TensorInfo info, int index, int rows, int declared, InferenceOptions options)
    {
        int[] dimensions = new int[info.Dimensions.Count];
        // Rows are an input's first dimension: where it is open, or fixed at one while more are wanted.
        bool byRows = dimensions.Length > 0 && (declared == 0 ? IsOpenBatch(info, options) : declared == 1 && info.Dimensions[0].Value == 1);
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            Dimension d = info.Dimensions[axis];
            if (axis == 0 && byRows)
                dimensions[axis] = rows;
            else if (!d.IsOpen)
                dimensions[axis] = d.Value;
            else if (options.Dimensions.TryGetValue(d.Name, out int given))
                dimensions[axis] = given;
            else
                throw new UnresolvedShapeException($"Input '{info.Name}' leaves dimension {axis} ('{d}') open. Give its size when the session is made, or export the model with a fixed size.");
        }

        return new(info.Name, info.ElementType, new(dimensions)) { Input = index, PerRow = byRows, FromRows = byRows };
    }

    private static PlanValue Constant(TensorInfo info, Tensor given)
    {
        if (given.ElementType != info.ElementType)
            throw new InferenceException($"Input '{info.Name}' is {info.ElementType}; the value given for it is {given.ElementType}.");
        return new(info.Name, given.ElementType, given.Shape) { Constant = new(given.ElementType, given.Shape, given.Bytes) };
    }
}
