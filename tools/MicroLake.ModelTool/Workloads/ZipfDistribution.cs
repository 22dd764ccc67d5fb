using MicroLake.Nn;
using MicroLake.Nn.Training;

namespace MicroLake.ModelTool.Workloads;

/// <summary>Draws rank r, from 0, with a probability that falls as 1 / (r + 1)^exponent.</summary>
internal sealed class ZipfDistribution
{
    private readonly double[] _sums;

    public ZipfDistribution(int count, double exponent)
    {
        _sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
            _sums[i] = sum += PortableMath.Exp2(-exponent * PortableMath.Log2(i + 1));
    }

    public int Draw(SeededRandom random)
    {
        int at = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
        return Math.Min(at < 0 ? ~at : at, _sums.Length - 1);
    }
}
