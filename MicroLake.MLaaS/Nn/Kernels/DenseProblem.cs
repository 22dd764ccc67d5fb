namespace MicroLake.Nn.Kernels;

/// <summary>One or more matrix products of the same size: Y[M,N] = alpha * A[M,K] * B[K,N] + beta * C[M,N].</summary>
internal sealed record DenseProblem
{
    public required int M { get; init; }

    public required int N { get; init; }

    public required int K { get; init; }

    /// <summary>A is stored as [K,M].</summary>
    public bool TransposeA { get; init; }

    /// <summary>B is stored as [N,K].</summary>
    public bool TransposeB { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; } = 1;

    public bool HasC { get; init; }

    /// <summary>How far apart the elements of C for neighbouring rows of Y are, 0 where they are the same.</summary>
    public int CRowStride { get; init; }

    /// <summary>How far apart the elements of C for neighbouring columns of Y are: 1, or 0 where they are the same.</summary>
    public int CColumnStride { get; init; }

    /// <summary>The result is held to at least 0.</summary>
    public bool Relu { get; init; }

    /// <summary>For each product, which matrix of A it takes.</summary>
    public int[] AMatrix { get; init; } = [0];

    /// <summary>For each product, which matrix of B it takes.</summary>
    public int[] BMatrix { get; init; } = [0];

    public int Products => AMatrix.Length;

    public int BMatrices => BMatrix.Length == 0 ? 0 : BMatrix.Max() + 1;

    /// <summary>Multiply-adds of all products.</summary>
    public long Work => (long)Int128.Min((Int128)M * N * K * Math.Max(1, Products), long.MaxValue);
}
