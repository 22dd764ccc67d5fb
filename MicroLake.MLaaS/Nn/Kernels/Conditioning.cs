namespace MicroLake.Nn.Kernels;

/// <summary>Finds layers that float32 sums would spoil.</summary>
/// <remarks>A float32 sum of w*x is off by up to about K * 2^-24 * sum |w*x| (Higham, "Accuracy and Stability of Numerical Algorithms",
/// section 3.1). With weights of about 1 that is nothing; networks trained without weight decay have small layers with weights of
/// 50 and more, one after the other, and each multiplies the error of those before.</remarks>
internal static class Conditioning
{
    private const double LargeColumn = 64;
    private const long SmallLayer = 4096;

    /// <summary>True for a small layer with a column whose weights' magnitudes add up to more than <see cref="LargeColumn"/>.</summary>
    public static bool WantsFloat64(ConstantTensor weights, DenseProblem problem)
    {
        if ((long)problem.N * problem.K > SmallLayer || problem.BMatrices != 1)
            return false;
        ReadOnlySpan<float> b = weights.As<float>();
        for (int n = 0; n < problem.N; n++)
        {
            double sum = 0;
            for (int k = 0; k < problem.K; k++)
                sum += Math.Abs(problem.TransposeB ? b[n * problem.K + k] : b[k * problem.N + n]);
            if (sum * Math.Abs(problem.Alpha) > LargeColumn)
                return true;
        }

        return false;
    }
}
