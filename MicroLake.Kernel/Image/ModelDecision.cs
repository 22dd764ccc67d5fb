using MicroLake.Abi;
using MicroLake.Benchmarks;
using MicroLake.Hosting.Hooks;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.Kernel;

/// <summary>A decision through a hook by a network of 15-10-1 units: its features are handed over, transformed and scaled, and it runs.</summary>
internal sealed class ModelDecision() : BatchBenchmark("mlaas.decision_15_10_1", "a decision through a hook, by a network of 15-10-1 units, its features included", batch: 1_000)
{
    private const int Inputs = 15;
    private const int Most = 255;
    private const int SampleRows = 50;
    private const double Tolerance = 0.05;

    private readonly long[] _features = new long[Inputs];

    protected override void Begin()
    {
        var random = new Random(1);
        float[] rows = new float[SampleRows * Inputs];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle();
        var inputs = new List<DecisionInput>();
        for (int i = 0; i < Inputs; i++)
            inputs.Add(new(i, least: 0, Most, log: false, 0, 1f / Most));
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, Inputs, 10, 1))!;
        DecisionProgram program = DecisionProgram.Create(network, inputs, new(log: false, 0, 1000), rows, Tolerance)!;
        HookCall.Attach(Inputs, program.Entry, program.State, least: 0, Most);
        for (int i = 0; i < Inputs; i++)
            _features[i] = i * 17 % (Most + 1);
    }

    protected override void Operate(long count)
    {
        ReadOnlySpan<long> features = _features;
        while (count-- > 0)
            _ = KernelHooks.Decide(HookCall.Hook, features, 1);
    }

    protected override void End() => KernelHooks.Detach(HookCall.Hook);
}
