using MicroLake.Benchmarks.Infer;
using MicroLake.Benchmarks.Runtime;
using MicroLake.Shell;

namespace MicroLake.Benchmarks;

/// <summary>The benchmarks that the product's image carries.</summary>
public static class GuestBenchmarks
{
    public static BenchmarkSet All() => new BenchmarkSet()
        .Add(new ClockRead())
        .Add(new Allocation())
        .Add(new UncontendedLock())
        .Add(new ThreadSwitch())
        .Add(new Handoff())
        .Add(new ThreadCreation())
        .Add(new CollectionPause())
        .Add(new TimerAccuracy())
        .Add(new Inference("31_256_2"))
        .Add(new Inference("15_10_1"));
}
