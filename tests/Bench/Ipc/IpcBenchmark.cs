using MicroLake.Bench.Report;

namespace MicroLake.Bench.Ipc;

/// <summary>Messages between threads in the guest, beside pipes and event counters on Linux.</summary>
public sealed class IpcBenchmark : IBenchmark
{
    public string Name => "ipc";

    public string Summary => "calls, replies and signals in the guest, beside pipes and eventfd on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name);
}
