using MicroLake.Nn;

namespace MicroLake.Replay.Models;

/// <summary>A model that gives one number for each row of features. Runs the scalar kernels, whose results are the same on every machine.</summary>
public sealed class RowScorer
{
    private readonly InferenceSession _session;

    private RowScorer(InferenceSession session, int rows, int features)
    {
        _session = session;
        Rows = new float[rows * features];
        Scores = new float[rows];
        Features = features;
    }

    /// <summary>Features of a row.</summary>
    public int Features { get; }

    /// <summary>[rows, features], filled in by the caller.</summary>
    public float[] Rows { get; }

    /// <summary>[rows], filled in by <see cref="Run"/>.</summary>
    public float[] Scores { get; }

    /// <exception cref="ReplayException">The model is not made for these features.</exception>
    public static RowScorer Create(OnnxModel model, int rows, int features, string hook)
    {
        InferenceSession session;
        try
        {
            session = InferenceSession.Create(model, rows, new() { Backend = ComputeBackend.Scalar, Stacking = LayerStacking.None });
        }
        catch (Exception e) when (e is InferenceException or ModelFormatException)
        {
            throw new ReplayException($"the model cannot run on {rows} rows: {e.Message}");
        }

        if (session.Inputs is not [{ ElementType: ElementType.Float32 } input] || session.Outputs is not [{ ElementType: ElementType.Float32 } output]
            || input.Shape.Count != rows * features || output.Shape.Count != rows)
            throw new ReplayException($"the model is not made for {hook}, where a row has {features} float32 features and one float32 result; train one with ./build.sh train");
        return new(session, rows, features);
    }

    public void Run() => _session.Run(Rows, Scores);
}
