using MicroLake.Abi;

namespace MicroLake.Hosting.Features;

/// <summary>A feature of a registry.</summary>
/// <param name="name">Up to 23 bytes of UTF-8.</param>
/// <param name="kind">What its values are.</param>
/// <param name="elements">Values in a vector: 1, or the length of an array, up to 32.</param>
/// <param name="history">How many of the last vectors' values go with each row, its own first; up to 64, and 1 for arrays.</param>
/// <param name="offset">Place of the first value in a vector; the registry sets it.</param>
public sealed class FeatureDescription(string name, FeatureKind kind = FeatureKind.Integer, int elements = 1, int history = 1, int offset = 0)
{
    public string Name => name;

    public FeatureKind Kind => kind;

    public int Elements => elements;

    public int History => history;

    public int Offset => offset;
}
