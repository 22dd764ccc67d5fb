using MicroLake.Bench.Report;
using MicroLake.Nn.Benchmarks;

namespace MicroLake.Bench.Infer;

/// <summary>
/// Small networks on the host, in this process (the just-in-time compiler's code), single thread, beside OpenBLAS and oneDNN: in
/// turns, so that both see the same load. A sample is the mean over a fraction of a millisecond, too short for most interruptions.
/// </summary>
public sealed class HostInferBenchmark : IBenchmark
{
    private const int Rounds = 5;
    private const int SamplesPerRound = 200;
    private const int MicrosecondsPerSample = 300;

    public string Name => "infer";

    public string Summary => "inference in the guest and on the host, beside C and BLAS libraries";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        // Instructions are counted in the emulator only.
        if (context.CountInstructions)
            return [];
        HostInference[] ours = [.. InferenceCase.All().Select(c => new HostInference(c))];
        foreach (HostInference inference in ours)
            context.Log.WriteLine($"infer: {inference.Name} uses {inference.Kernels}");
        HostPeers? peers = context.WithPeers ? new HostPeers(Path.Combine(context.CacheFolder, "host")) : null;

        List<MeasuredLine> measured = [], beside = [];
        for (int round = 1; round <= Rounds; round++)
        {
            context.Log.WriteLine($"infer: host, round {round} of {Rounds}");
            measured.AddRange(ours.Select(o => o.Measure(SamplesPerRound, MicrosecondsPerSample)));
            if (peers is not null)
                beside.AddRange(peers.Measure(SamplesPerRound, MicrosecondsPerSample));
        }

        return SideBySide.Join(measured, beside);
    }
}
