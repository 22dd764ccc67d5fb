using MicroLake.Benchmarks;
using MicroLake.Hosting.Features;

namespace MicroLake.Kernel;

/// <summary>A vector of 8 features, captured and committed.</summary>
internal sealed class FeatureCommit() : BatchBenchmark("mlaas.capture_commit_8", "a feature vector of 8 fields, captured and committed", batch: 10_000)
{
    private static readonly FeatureDescription[] s_fields = [new("f0"), new("f1"), new("f2"), new("f3"), new("f4"), new("f5"), new("f6"), new("f7")];

    private FeatureRegistry? _registry;

    protected override void Begin() =>
        _registry = FeatureRegistry.Create("bench.capture", s_fields, window: 256);

    protected override void Operate(long count)
    {
        FeatureRegistry registry = _registry!;
        while (count-- > 0)
        {
            FeatureCapture capture = registry.Begin();
            capture.Set(0, count);
            capture.Set(1, count);
            capture.Set(2, count);
            capture.Set(3, count);
            capture.Set(4, count);
            capture.Set(5, count);
            capture.Set(6, count);
            capture.Set(7, count);
            capture.Commit();
        }
    }

    protected override void End() => _registry?.Destroy();
}
