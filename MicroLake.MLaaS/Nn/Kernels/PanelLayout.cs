namespace MicroLake.Nn.Kernels;

/// <summary>The layout of B for the register-blocked kernels: panels of some vectors of columns, and in a panel row after row (k), so
/// that a kernel reads it straight through. Columns beyond N are 1: their results are not used, and an emulator that lets the host
/// multiply ordinary numbers computes a zero in software.</summary>
internal static unsafe class PanelLayout
{
    /// <summary>Vectors in a panel when several rows of A share what is loaded of it.</summary>
    public const int Narrow = 2;

    /// <summary>Vectors in a panel for a single row: as many sums as keep the multiply-add units busy while each waits for its last result.</summary>
    public const int Wide = 8;

    /// <summary>Number of panels of <paramref name="columns"/> for <paramref name="n"/> columns.</summary>
    public static int Panels(int n, int columns) => (n + columns - 1) / columns;

    /// <summary>Columns of a panel for a product of <paramref name="m"/> rows and <paramref name="n"/> columns.</summary>
    public static int Columns(int m, int n, int width) => width * (m == 1 && n >= Wide * width ? Wide : Narrow);

    /// <summary>Floats that B takes in panels of <paramref name="columns"/>.</summary>
    public static long Size(int n, int k, int columns) => (long)Panels(n, columns) * columns * k;

    /// <summary>Packs alpha * B[K,N] (stored as [N,K] when <paramref name="transposed"/>).</summary>
    public static void Pack(float* b, bool transposed, int n, int k, int columns, float alpha, float* target)
    {
        for (int first = 0; first < n; first += columns)
        {
            int count = Math.Min(columns, n - first);
            for (int row = 0; row < k; row++, target += columns)
            {
                for (int j = 0; j < count; j++)
                    target[j] = alpha * (transposed ? b[(long)(first + j) * k + row] : b[(long)row * n + first + j]);
                for (int j = count; j < columns; j++)
                    target[j] = 1;
            }
        }
    }
}
