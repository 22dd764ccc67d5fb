using MicroLake.Abi;
using MicroLake.Benchmarks;
using MicroLake.Hosting.Hooks;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.Kernel;

/// <summary>A decision through a hook by a network with one hidden layer and one number out: its features are handed over, transformed and scaled, and it runs.</summary>
internal sealed class ModelDecision(int inputs, int units)
    : BatchBenchmark($"mlaas.decision_{inputs}_{units}_1", $"a decision through a hook, by a network of {inputs}-{units}-1 units, its features included", batch: 1_000)
{
    private const int Most = 255;
    private const int SampleRows = 50;
    private const double Tolerance = 0.05;

    private readonly long[] _features = new long[inputs];

    protected override void Begin()
    {
        var random = new Random(1);
        float[] rows = new float[SampleRows * inputs];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle();
        var taken = new List<DecisionInput>();
        for (int i = 0; i < inputs; i++)
            taken.Add(new(i, least: 0, Most, log: false, 0, 1f / Most));
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, inputs, units, 1))!;
        DecisionProgram program = DecisionProgram.Create(network, taken, new(log: false, 0, 1000), rows, Tolerance)!;
        HookCall.Attach(inputs, program.Entry, program.State, least: 0, Most);
        for (int i = 0; i < inputs; i++)
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
