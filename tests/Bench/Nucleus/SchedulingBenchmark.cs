using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;

namespace MicroLake.Bench.Nucleus;

/// <summary>Switching, making and spreading threads in the guest, beside C on Linux.</summary>
public sealed class SchedulingBenchmark : IBenchmark
{
    private const string ParallelLoop = "sched.parallel_for";
    private const int Processors = 4;

    public string Name => "sched";

    public string Summary => "thread switch, thread creation, a loop spread over 4 processors, beside C on Linux";

    /// <summary>Several processors have no common count of instructions: the loop is left out there.</summary>
    public IReadOnlyList<Figure> Run(BenchContext context) => context.CountInstructions
        ? GuestComparison.Run(context, Name)
        : [.. GuestComparison.Run(context, Name), .. GuestComparison.Run(context, ParallelLoop, Processors)];
}
