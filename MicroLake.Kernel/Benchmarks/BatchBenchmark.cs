using System.Diagnostics;
using MicroLake.Shell;

namespace MicroLake.Benchmarks;

/// <summary>A measurement of something short: a sample is the mean over a batch of operations.</summary>
/// <param name="name">Dotted name, of the benchmark and of its result.</param>
/// <param name="summary">One line for people.</param>
/// <param name="batch">Operations in a batch; some 2 ms of them.</param>
/// <param name="parts">How many of what is measured one operation holds.</param>
public abstract class BatchBenchmark(string name, string summary, long batch, int parts = 1) : IGuestBenchmark
{
    public string Name => name;

    public string Summary => summary;

    public virtual string? Note => null;

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        Begin();
        try
        {
            return [Samples.Take(name, progress, () =>
            {
                Prepare();
                long start = Stopwatch.GetTimestamp();
                Operate(batch);
                return Samples.Since(start) / ((double)batch * parts);
            })];
        }
        finally
        {
            End();
        }
    }

    /// <summary>Does so many operations.</summary>
    protected abstract void Operate(long count);

    /// <summary>Makes ready for the next batch; its time does not count.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Sets up what the operations need.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Takes it down again, also when the measurement was broken off.</summary>
    protected virtual void End()
    {
    }
}
