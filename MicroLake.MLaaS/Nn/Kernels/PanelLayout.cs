namespace MicroLake.Nn.Kernels;

/// <summary>The layout of B for the register-blocked kernel: panels of two vectors of columns, and in a panel row after row (k), so
/// that the kernel reads it straight through. Columns beyond N are 0.</summary>
internal static unsafe class PanelLayout
{
    /// <summary>Number of panels for <paramref name="n"/> columns.</summary>
    public static int Panels(int n, int width) => (n + 2 * width - 1) / (2 * width);

    /// <summary>Floats that B takes in this layout.</summary>
    public static long Size(int n, int k, int width) => (long)Panels(n, width) * 2 * width * k;

    /// <summary>Packs alpha * B[K,N] (stored as [N,K] when <paramref name="transposed"/>).</summary>
    public static void Pack(float* b, bool transposed, int n, int k, int width, float alpha, float* target)
    {
        int columns = 2 * width;
        for (int first = 0; first < n; first += columns)
        {
            int count = Math.Min(columns, n - first);
            for (int row = 0; row < k; row++, target += columns)
            {
                for (int j = 0; j < count; j++)
                    target[j] = alpha * (transposed ? b[(long)(first + j) * k + row] : b[(long)row * n + first + j]);
                for (int j = count; j < columns; j++)
                    target[j] = 0;
            }
        }
    }
}
