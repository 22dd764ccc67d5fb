using System.Numerics;

namespace MicroLake.Nn.Gpu.Placement;

/// <summary>
/// What batches take on either processor at present: what was measured at first, times a moving average for each size of batch (powers of two) of what
/// batches have taken beside that. Says where the next batch should go.
/// </summary>
internal sealed class PresentCosts
{
    private const int Sizes = 32;

    /// <summary>How much a batch moves the average, and how far from it a batch counts at most: a single outlier moves it little.</summary>
    private const double Weight = 0.125;

    private const double MostDeviation = 2;

    /// <summary>The other processor is preferred when it is expected to take less than this share: what is about equal stays where it is.</summary>
    private const double Hysteresis = 0.95;

    /// <summary>The share of the time that may be lost by trying the other processor again, and how many batches lie between two tries at least.</summary>
    private const double Curiosity = 0.005;

    private const int BatchesBetweenTries = 64;

    private readonly Side _cpu = new();
    private readonly Side _gpu = new();
    private readonly SizeState[] _sizes = new SizeState[Sizes];

    /// <summary>As measured on the processor.</summary>
    public CostCurve Cpu => _cpu.Curve;

    /// <summary>As measured on the graphics processor.</summary>
    public CostCurve Gpu => _gpu.Curve;

    /// <summary>Whether a batch should go to the graphics processor, where so many requests are in front of it.</summary>
    public bool PrefersGpu(int rows, int queued)
    {
        int size = SizeOf(rows);
        ref SizeState state = ref _sizes[size];
        double cpu = _cpu.Expect(rows, size);
        // Who waits in front is taken to need as long as this batch.
        double gpu = _gpu.Expect(rows, size) * (1 + queued);
        bool isGpu = state.IsGpu ? gpu <= cpu / Hysteresis : gpu < cpu * Hysteresis;
        state.IsGpu = isGpu;
        double loss = Math.Max(isGpu ? cpu - gpu : gpu - cpu, 0);
        if (++state.SinceTry < BatchesBetweenTries || state.Credit < loss || (!isGpu && queued > 0))
            return isGpu;
        state.SinceTry = 0;
        state.Tried = isGpu ? gpu : cpu;
        return !isGpu;
    }

    /// <summary>A batch has taken so long.</summary>
    public void Observe(bool onGpu, int rows, double nanoseconds)
    {
        int size = SizeOf(rows);
        ref SizeState state = ref _sizes[size];
        // A try is charged with what it cost beyond what it was expected to cost elsewhere.
        state.Credit += state.Tried > 0 ? Math.Min(state.Tried - nanoseconds, 0) : nanoseconds * Curiosity;
        state.Tried = 0;
        (onGpu ? _gpu : _cpu).Observe(rows, size, nanoseconds);
    }

    private static int SizeOf(int rows) => BitOperations.Log2((uint)rows);

    private struct SizeState
    {
        public bool IsGpu;
        public int SinceTry;
        public double Credit;

        /// <summary>While the other processor is tried: what the preferred one was expected to take.</summary>
        public double Tried;
    }

    private sealed class Side
    {
        private readonly double[] _factors = new double[Sizes];

        public Side() => Array.Fill(_factors, 1);

        public CostCurve Curve { get; } = new();

        public double Expect(int rows, int size) => Curve.Estimate(rows) * _factors[size];

        public void Observe(int rows, int size, double nanoseconds)
        {
            double factor = _factors[size];
            double seen = Math.Clamp(nanoseconds / Curve.Estimate(rows), factor / MostDeviation, factor * MostDeviation);
            _factors[size] = factor + (seen - factor) * Weight;
        }
    }
}
