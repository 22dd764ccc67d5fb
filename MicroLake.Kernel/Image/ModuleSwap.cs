using System.Diagnostics;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// A module takes the place of another while every processor asks for decisions, some ten thousand a second together. Each is made exactly once, or the
/// measurement is an error.
/// </summary>
internal sealed class ModuleSwap : IGuestBenchmark
{
    private const int Seconds = 2;
    private const int DecisionsEachSecond = 10_000;

    public string Name => "mlaas.swap";

    public string Summary => "one module in the place of another, while every processor decides";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        HookCall.Attach(1, KernelHooks.EmptyEntry, new byte[64]);
        HookReading before = KernelHooks.Read(HookCall.Hook);
        int processors = Inspection.Processors().Count;
        var deciders = new Thread[processors];
        for (int i = 0; i < processors; i++)
        {
            deciders[i] = new Thread(() => Decide(Seconds * DecisionsEachSecond / processors, processors)) { IsBackground = true };
            deciders[i].Start();
        }

        var samples = new List<double>();
        while (Array.Exists(deciders, static t => t.IsAlive))
        {
            long start = Stopwatch.GetTimestamp();
            HookCall.Attach(1, KernelHooks.EmptyEntry, new byte[64]);
            samples.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            Thread.Sleep(1);
        }

        HookReading after = KernelHooks.Read(HookCall.Hook);
        KernelHooks.Detach(HookCall.Hook);
        long made = after.ByHeuristic + after.ByModule - before.ByHeuristic - before.ByModule, asked = Seconds * DecisionsEachSecond / processors * processors;
        if (made != asked)
            throw new CommandException($"{Name}: {asked} decisions were asked for and {made} made", "report it with the log");
        samples.Sort();
        return [new(Name, "ns", samples[0], samples[samples.Count / 2], samples[^1])];
    }

    /// <summary>So many decisions, ten in a millisecond for each processor.</summary>
    private static void Decide(int count, int processors)
    {
        long[] features = new long[1];
        for (int i = 0; i < count; i++)
        {
            _ = KernelHooks.Decide(HookCall.Hook, features, 1);
            if (i % 10 == 9)
                Thread.Sleep(processors);
        }
    }
}
