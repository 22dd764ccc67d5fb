using MicroLake.Benchmarks.Gpu;
using MicroLake.Benchmarks.Infer;
using MicroLake.Benchmarks.Ipc;
using MicroLake.Benchmarks.Runtime;
using MicroLake.Benchmarks.Scheduling;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Shell;

namespace MicroLake.Benchmarks;

/// <summary>The benchmarks that the product's image carries.</summary>
public static class GuestBenchmarks
{
    private static readonly int[] s_scale = [10, 100, 1_000, 10_000];

    /// <summary>Those that need nothing but .NET, and those that need the kernel or are too much for a host.</summary>
    public static BenchmarkSet InGuest()
    {
        BenchmarkSet all = All().Add(new KernelCallReply()).Add(new NotificationTurn());
        foreach (int count in s_scale)
            _ = all.Add(new CallReplyAtScale(count)).Add(new SwitchAtScale(count)).Add(new WakeAtScale(count));
        return all;
    }

    /// <summary>Those of a GPU. LAKE's batches from which on its GPU won are those of LinnOS's network with no, one and two layers more.</summary>
    public static BenchmarkSet AddGpu(BenchmarkSet all, GpuService gpu, PlacementDecision? decision) => all
        .Add(new GpuFloor(gpu.Gpu))
        .Add(new GpuSearch(gpu))
        .Add(new GpuInference(gpu, "31_256_2", 8, decision))
        .Add(new GpuInference(gpu, "31_256_256_2", 2, decision))
        .Add(new GpuInference(gpu, "31_256_256_256_2", 2, decision));

    /// <summary>Those that need nothing but .NET.</summary>
    public static BenchmarkSet All() => new BenchmarkSet()
        .Add(new ClockRead())
        .Add(new Allocation())
        .Add(new UncontendedLock())
        .Add(new ThreadSwitch("runtime.thread_switch"))
        .Add(new Handoff())
        .Add(new ThreadCreation("runtime.thread_create_join"))
        .Add(new CollectionPause())
        .Add(new TimerAccuracy())
        .Add(new ThreadSwitch("sched.thread_switch"))
        .Add(new ThreadCreation("sched.thread_create_join"))
        .Add(new ParallelLoop())
        .Add(new Inference("31_256_2"))
        .Add(new Inference("15_10_1"))
        .Add(new FixedInference("31_256_2"))
        .Add(new FixedInference("15_10_1"));
}
