using MicroLake.Bench.Report;

namespace MicroLake.Bench.Processes;

/// <summary>The start of a C# program in a process. There is no peer yet: it would be a static C# binary in the Linux guest.</summary>
public sealed class ProcessBenchmark : IBenchmark
{
    public string Name => "process";

    public string Summary => "the start of a C# process in the guest";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name, hasPeer: false);
}
