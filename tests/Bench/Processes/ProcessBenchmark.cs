using MicroLake.Bench.Report;

namespace MicroLake.Bench.Processes;

/// <summary>The start of a C# program in a process, beside fork and exec of the same program as a static binary on Linux.</summary>
public sealed class ProcessBenchmark : IBenchmark
{
    public string Name => "process";

    public string Summary => "the start of a C# process in the guest, beside fork and exec of the same program on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name);
}
