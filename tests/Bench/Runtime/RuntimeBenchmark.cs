using MicroLake.Bench.Report;

namespace MicroLake.Bench.Runtime;

/// <summary>Allocation, collection, threads, locks and timers in C# in the guest, beside C on Linux.</summary>
public sealed class RuntimeBenchmark : IBenchmark
{
    public string Name => "runtime";

    public string Summary => "allocation, collections, threads, locks, timers in the guest, beside C on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name);
}
