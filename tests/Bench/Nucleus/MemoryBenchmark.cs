using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;

namespace MicroLake.Bench.Nucleus;

/// <summary>Page faults in the guest, beside C on Linux.</summary>
public sealed class MemoryBenchmark : IBenchmark
{
    public string Name => "mm";

    public string Summary => "page faults of anonymous memory, beside C on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context) => GuestComparison.Run(context, Name);
}
