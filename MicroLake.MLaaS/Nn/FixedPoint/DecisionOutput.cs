namespace MicroLake.Nn.FixedPoint;

/// <summary>The decision of a <see cref="DecisionProgram"/>: what its network gives times scale plus offset, or 2 to the power of that less 1.</summary>
/// <param name="log">The network gives a logarithm.</param>
/// <param name="offset">What is added.</param>
/// <param name="scale">What is multiplied by.</param>
public sealed class DecisionOutput(bool log, float offset, float scale)
{
    public bool Log => log;

    public float Offset => offset;

    public float Scale => scale;
}
