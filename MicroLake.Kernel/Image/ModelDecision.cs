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
    private const int SampleRows = 50;
    private const double Tolerance = 0.05;

    private readonly long[] _features = new long[Inputs];

    protected override void Begin()
    {
        float[] least = new float[Inputs], most = new float[Inputs], rows = new float[SampleRows * Inputs];
        Array.Fill(least, -1);
        Array.Fill(most, 1);
        var random = new Random(1);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle() * 2 - 1;
        FixedPointModel model = FixedPointModel.Create(FeedForward.TryRead(PerceptronModel.Create(1, Inputs, 10, 1))!, least, most, rows, Tolerance)!;
        var inputs = new List<DecisionInput>();
        for (int i = 0; i < Inputs; i++)
            inputs.Add(new(i, log: false, 0, 1f / 256));
        HookCall.Attach(Inputs, DecisionProgram.Entry, DecisionProgram.Build(model, inputs, logOutput: false, 0, 1000));
        for (int i = 0; i < Inputs; i++)
            _features[i] = i * 17 % 256;
    }

    protected override void Operate(long count)
    {
        while (count-- > 0)
            _ = KernelHooks.Decide(HookCall.Hook, _features, 1);
    }

    protected override void End() => KernelHooks.Detach(HookCall.Hook);
}
