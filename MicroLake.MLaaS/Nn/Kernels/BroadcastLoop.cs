namespace MicroLake.Nn.Kernels;

/// <summary>The loop over two operands that are broadcast to one shape: a run of contiguous results at a time, in each of which an
/// operand either advances by one element or stays.</summary>
internal sealed class BroadcastLoop
{
    private readonly int[] _dimensions;
    private readonly int[] _aStrides;
    private readonly int[] _bStrides;
    private readonly int[] _index;

    public BroadcastLoop(Shape output, int[] aStrides, int[] bStrides)
    {
        // Neighbouring dimensions that both operands walk evenly are one dimension.
        var dimensions = new List<int>();
        List<int> a = [], b = [];
        for (int axis = output.Rank - 1; axis >= 0; axis--)
        {
            int d = output[axis];
            if (d == 1)
                continue;
            if (dimensions.Count > 0 && aStrides[axis] == a[^1] * dimensions[^1] && bStrides[axis] == b[^1] * dimensions[^1])
            {
                dimensions[^1] *= d;
                continue;
            }

            dimensions.Add(d);
            a.Add(aStrides[axis]);
            b.Add(bStrides[axis]);
        }

        Run = dimensions.Count > 0 ? dimensions[0] : 1;
        AStep = a.Count > 0 ? a[0] : 0;
        BStep = b.Count > 0 ? b[0] : 0;
        _dimensions = [.. dimensions.Skip(1)];
        _aStrides = [.. a.Skip(1)];
        _bStrides = [.. b.Skip(1)];
        _index = new int[_dimensions.Length];
        Runs = output.Count == 0 ? 0 : (int)(output.Count / Run);
    }

    /// <summary>Number of results in a run.</summary>
    public int Run { get; }

    /// <summary>Number of runs.</summary>
    public int Runs { get; }

    /// <summary>How far the first operand advances per result of a run: 0 or 1.</summary>
    public int AStep { get; }

    /// <summary>How far the second operand advances per result of a run: 0 or 1.</summary>
    public int BStep { get; }

    /// <summary>Goes to the next run's first elements.</summary>
    public void Next(ref int a, ref int b)
    {
        for (int i = 0; i < _dimensions.Length; i++)
        {
            a += _aStrides[i];
            b += _bStrides[i];
            if (++_index[i] < _dimensions[i])
                return;
            a -= _aStrides[i] * _dimensions[i];
            b -= _bStrides[i] * _dimensions[i];
            _index[i] = 0;
        }
    }
}
