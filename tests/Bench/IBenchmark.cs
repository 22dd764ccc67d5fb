using MicroLake.Bench.Report;

namespace MicroLake.Bench;

/// <summary>One name of the <c>bench</c> verb.</summary>
public interface IBenchmark
{
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>Measures, peers in the same run and interleaved.</summary>
    /// <exception cref="BenchException">It could not be measured.</exception>
    IReadOnlyList<Figure> Run(BenchContext context);
}
