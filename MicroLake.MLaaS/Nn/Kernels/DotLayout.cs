namespace MicroLake.Nn.Kernels;

/// <summary>The layout of B for few columns: column after column, each in whole vectors. What is left of a column stands at the end of
/// its last vector, behind zeros, so that it meets the last full vector of a row of A; a column shorter than a vector stands at the front.</summary>
internal static unsafe class DotLayout
{
    /// <summary>Floats from one column to the next.</summary>
    public static int Stride(int k, int width) => (k + width - 1) / width * width;

    /// <summary>Packs alpha * B[K,N] (stored as [N,K] when <paramref name="transposed"/>).</summary>
    public static void Pack(float* b, bool transposed, int n, int k, int width, float alpha, float* target)
    {
        for (int column = 0; column < n; column++, target += Stride(k, width))
        {
            int stride = Stride(k, width), rest = k % width;
            new Span<float>(target, stride).Clear();
            for (int row = 0; row < k; row++)
            {
                int at = k > width && row >= k - rest ? stride - k + row : row;
                target[at] = alpha * (transposed ? b[(long)column * k + row] : b[(long)row * n + column]);
            }
        }
    }
}
