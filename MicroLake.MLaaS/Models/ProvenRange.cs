namespace MicroLake.MLaaS.Models;

/// <summary>The range that every decision of a model is proven to be in.</summary>
/// <param name="least">Least decision.</param>
/// <param name="most">Greatest decision.</param>
/// <param name="ways">However it is computed: <c>float32</c>, or as <see cref="Nn.FixedPoint.DecisionProgram.Way"/> says.</param>
public sealed class ProvenRange(long least, long most, IReadOnlyList<string> ways)
{
    public long Least => least;

    public long Most => most;

    public IReadOnlyList<string> Ways => ways;
}
