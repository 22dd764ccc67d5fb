namespace MicroLake.Shell;

/// <summary>A measurement that runs on this system; the image adds them to <see cref="BenchmarkSet"/>.</summary>
public interface IGuestBenchmark
{
    /// <summary>Dotted and stable, for example <c>runtime.lock</c>.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Summary { get; }

    /// <summary>What to know of the figures that <see cref="Run"/> gave last, for people; null: nothing.</summary>
    string? Note => null;

    /// <summary>Measures; progress and Ctrl-C go through the context's progress line.</summary>
    IReadOnlyList<BenchmarkResult> Run(ProgressLine progress);
}

/// <summary>A figure with its spread.</summary>
/// <param name="Name">Dotted name; begins with that of the benchmark.</param>
/// <param name="Unit">What the numbers are, for example <c>ns</c>.</param>
public readonly record struct BenchmarkResult(string Name, string Unit, double Minimum, double Median, double Maximum);

/// <summary>The benchmarks of an image.</summary>
public sealed class BenchmarkSet
{
    private readonly SortedDictionary<string, IGuestBenchmark> _benchmarks = new(StringComparer.Ordinal);

    public IReadOnlyCollection<IGuestBenchmark> All => _benchmarks.Values;

    public IReadOnlyCollection<string> Names => _benchmarks.Keys;

    public BenchmarkSet Add(IGuestBenchmark benchmark)
    {
        _benchmarks.Add(benchmark.Name, benchmark);
        return this;
    }

    /// <summary>The benchmark of that name, or all whose names begin with it and a dot.</summary>
    public IReadOnlyList<IGuestBenchmark> Find(string name) =>
        _benchmarks.TryGetValue(name, out IGuestBenchmark? exact)
            ? [exact]
            : [.. _benchmarks.Values.Where(b => b.Name.StartsWith(name + ".", StringComparison.Ordinal))];
}
