namespace MicroLake.Nn.FixedPoint;

/// <summary>An input of a <see cref="DecisionProgram"/>: (value or log2(1 + value), less offset) times scale.</summary>
public sealed class DecisionInput(int feature, bool log, float offset, float scale)
{
    /// <summary>Number of the feature.</summary>
    public int Feature => feature;

    public bool Log => log;

    public float Offset => offset;

    public float Scale => scale;
}
