using System.Diagnostics;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Shell;
using MicroLake.Shell.MLaaS;

namespace MicroLake.Kernel;

/// <summary>A module that ships, from the bytes of its file to code that may decide: hashes, signature, golden vectors, kernels chosen, program verified and compiled.</summary>
internal sealed class ModuleLoad(string module) : IGuestBenchmark
{
    private const int Count = 5;

    public string Name => $"mlaas.load.{module}";

    public string Summary => $"{module} from its file to code that may decide";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        byte[] file = File.ReadAllBytes($"/boot/modules/{module}.mlm");
        List<ModuleKey> keys = ModuleKey.ReadAll("/boot/keys");
        double[] samples = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            progress.Report(i, Count);
            long start = Stopwatch.GetTimestamp();
            using ModuleDecision decision = ModuleDecision.Load(ModuleFile.Read(file, keys), KernelPolicies.Environment());
            _ = decision.Model?.RequireProgram();
            _ = decision.Policy?.Compile();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(samples);
        return [new(Name, "ms", samples[0], samples[Count / 2], samples[^1])];
    }
}
