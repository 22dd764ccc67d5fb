namespace MicroLake.Nn.FixedPoint;

/// <summary>An input of a <see cref="DecisionProgram"/>: (value or log2(1 + value), less offset) times scale.</summary>
/// <param name="feature">Number of the feature.</param>
/// <param name="least">Least value of the feature.</param>
/// <param name="most">Greatest value of the feature.</param>
/// <param name="log">Its logarithm is taken.</param>
/// <param name="offset">What is taken off.</param>
/// <param name="scale">What it is multiplied by.</param>
public sealed class DecisionInput(int feature, long least, long most, bool log, float offset, float scale)
{
    public int Feature => feature;

    public long Least => least;

    public long Most => most;

    public bool Log => log;

    public float Offset => offset;

    public float Scale => scale;

    /// <summary>What the network gets for a value.</summary>
    public float Apply(long value) => ((log ? MathF.Log2(1 + MathF.Max(value, 0)) : value) - offset) * scale;
}
