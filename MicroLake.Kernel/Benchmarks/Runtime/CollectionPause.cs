using System.Diagnostics;
using System.Runtime.CompilerServices;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Runtime;

/// <summary>How long a collection holds everything up: of the youngest generation after 4 MiB of garbage, and of all with 100,000 live objects.</summary>
public sealed class CollectionPause : IGuestBenchmark
{
    private const int LiveObjects = 100_000;
    private const int GarbageObjects = (4 << 20) / 64;

    private Node? _last;

    public string Name => "runtime.gc";

    public string Summary => "garbage collections: the youngest generation; all of it with 100,000 live objects";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        GC.Collect();
        BenchmarkResult youngest = Measure("runtime.gc.gen0_pause", generation: 0, progress);
        for (int i = 0; i < LiveObjects; i++)
            _last = new Node { Next = _last };
        BenchmarkResult full = Measure("runtime.gc.full_pause", GC.MaxGeneration, progress);
        _last = null;
        GC.Collect();
        return [youngest, full];
    }

    private BenchmarkResult Measure(string name, int generation, ProgressLine progress) => Samples.Take(name, progress, () =>
    {
        Node? live = _last;
        for (int i = 0; i < GarbageObjects; i++)
            _last = new Node { Next = live };
        _last = live;
        long start = Stopwatch.GetTimestamp();
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
        return Samples.Since(start);
    });

    /// <summary>64 bytes with its header.</summary>
    private sealed class Node
    {
        public Node? Next { get; init; }

        public Longs Payload { get; init; }

        [InlineArray(5)]
        public struct Longs
        {
            private long _first;
        }
    }
}
