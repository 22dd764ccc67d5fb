namespace MicroLake.Nn.Kernels;

/// <summary>A dense layer with constant weights, as <see cref="DenseStack{TVector}"/> wants it: Y[M,N] = A[M,K] * B + bias, then Relu where wanted.</summary>
internal sealed unsafe class StackLayer
{
    // Columns left over when four at a time are taken have a layout of their own.
    private const int Lanes = 4;

    // Longer columns fill vectors of their own.
    private const int MostPairRows = 64;

    private readonly AlignedBuffer _buffer;

    /// <param name="weights">B, [K,N] or [N,K].</param>
    /// <param name="bias">A row, or null for none.</param>
    /// <param name="problem">Sizes, scales, and whether B is transposed.</param>
    /// <param name="packed">Keeps the copy that the kernel reads.</param>
    public StackLayer(ConstantTensor weights, ConstantTensor? bias, DenseProblem problem, PackedWeights packed)
    {
        N = problem.N;
        K = problem.K;
        Wide = N / Lanes * Lanes;
        Relu = problem.Relu;
        _buffer = packed.Get(new Key(weights, bias, problem.TransposeB, N, K, problem.Alpha, problem.Beta, problem.CColumnStride), Pack);
        Weights = (float*)_buffer.Address;
        Rest = Weights + (long)Wide * K;
        Bias = Rest + (long)(N - Wide) * K;
        Pair = HasPair(N, Wide, K) ? Bias + N : null;
    }

    /// <summary>Columns of the result.</summary>
    public int N { get; }

    /// <summary>Length of each sum.</summary>
    public int K { get; }

    /// <summary>Whether negative results become 0 here: not where <see cref="Gated"/> of the next layer has taken that over.</summary>
    public bool Relu { get; private set; }

    /// <summary><see cref="CanGate"/> holds.</summary>
    public bool TakesGates { get; init; }

    /// <summary>Whether products of negative inputs count as 0, because the layer before leaves its Relu to this one.</summary>
    public bool Gated { get; private set; }

    /// <summary>Columns in <see cref="Weights"/>: N without what is left over by fours.</summary>
    public int Wide { get; }

    /// <summary>[K, Wide].</summary>
    public float* Weights { get; }

    /// <summary>The other columns, one after the other: [N - Wide, K].</summary>
    public float* Rest { get; }

    /// <summary>[N].</summary>
    public float* Bias { get; }

    /// <summary>The first two of the other columns with their biases, as <see cref="PairDots"/> wants them; null where there are not two, or they are long.</summary>
    public float* Pair { get; }

    /// <summary>True for so few columns that all are dot products, with finite weights: what is held back would be 0.</summary>
    public static bool CanGate(ConstantTensor weights, DenseProblem problem)
    {
        if (problem.N >= Lanes)
            return false;
        foreach (float weight in weights.As<float>())
            if (!float.IsFinite(problem.Alpha * weight))
                return false;
        return true;
    }

    /// <summary>Moves each layer's Relu to the products of the next layer where that one can take it.</summary>
    public static void MoveRelus(StackLayer[] layers)
    {
        for (int i = 1; i < layers.Length; i++)
        {
            if (!layers[i - 1].Relu || !layers[i].TakesGates)
                continue;
            layers[i - 1].Relu = false;
            layers[i].Gated = true;
        }
    }

    private static AlignedBuffer Pack(Key key)
    {
        int n = key.N, k = key.K, wide = n / Lanes * Lanes;
        int floats = checked(n * k + n), pair = HasPair(n, wide, k) ? PairDots.Floats(k) : 0;
        var buffer = new AlignedBuffer(checked((floats + pair) * sizeof(float)));
        ReadOnlySpan<float> source = key.Weights.As<float>();
        Span<float> target = buffer.As<float>(), bias = target[(n * k)..];
        for (int column = 0; column < n; column++)
        {
            for (int row = 0; row < k; row++)
                target[column < wide ? row * wide + column : column * k + row] = key.Alpha * source[key.Transposed ? column * k + row : row * n + column];
            if (key.Bias is { } values)
                bias[column] = key.Beta * values.As<float>()[column * key.BiasStride];
        }

        if (pair != 0)
            PairDots.Pack(target[(wide * k)..], bias[wide..], k, target[floats..]);
        return buffer;
    }

    private static bool HasPair(int n, int wide, int k) => n - wide >= 2 && k <= MostPairRows;

    private readonly record struct Key(ConstantTensor Weights, ConstantTensor? Bias, bool Transposed, int N, int K, float Alpha, float Beta, int BiasStride);
}
