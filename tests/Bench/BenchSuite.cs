using MicroLake.Bench.Blocks;
using MicroLake.Bench.Boot;
using MicroLake.Bench.Devices;
using MicroLake.Bench.Files;
using MicroLake.Bench.Gpu;
using MicroLake.Bench.Infer;
using MicroLake.Bench.Ipc;
using MicroLake.Bench.Nucleus;
using MicroLake.Bench.Policies;
using MicroLake.Bench.Processes;
using MicroLake.Bench.Reclaim;
using MicroLake.Bench.Runtime;

namespace MicroLake.Bench;

/// <summary>All benchmarks, in the order in which they run when none is named.</summary>
public static class BenchSuite
{
    public static IReadOnlyList<IBenchmark> All { get; } = [new BootBenchmark(), new RuntimeBenchmark(), new SchedulingBenchmark(), new MemoryBenchmark(), new SwapBenchmark(), new IpcBenchmark(), new ProcessBenchmark(), new FileBenchmark(), new BlockBenchmark(), new ConsoleBenchmark(), new GuestInferBenchmark(), new HostInferBenchmark(), new GpuBenchmark(), new PolicyBenchmark(), new ReclaimBenchmark()];
}
