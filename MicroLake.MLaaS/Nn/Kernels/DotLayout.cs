namespace MicroLake.Nn.Kernels;

/// <summary>The layout of B for few columns: column after column, each padded with zeros to whole vectors.</summary>
internal static unsafe class DotLayout
{
    /// <summary>Floats from one column to the next.</summary>
    public static int Stride(int k, int width) => (k + width - 1) / width * width;

    /// <summary>Packs alpha * B[K,N] (stored as [N,K] when <paramref name="transposed"/>).</summary>
    public static void Pack(float* b, bool transposed, int n, int k, int width, float alpha, float* target)
    {
        for (int column = 0; column < n; column++, target += Stride(k, width))
        {
            for (int row = 0; row < k; row++)
                target[row] = alpha * (transposed ? b[(long)column * k + row] : b[(long)row * n + column]);
            for (int row = k; row < Stride(k, width); row++)
                target[row] = 0;
        }
    }
}
