using System.Diagnostics;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>A C# program from its loading to its first line of output: process, runtime, <c>Main</c>, console.</summary>
internal sealed class ProcessStart : IGuestBenchmark
{
    private const int Samples = 15;

    public string Name => "process.start";

    public string Summary => "a C# process from its start to its first line of output";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        // Once before, so that the file is read and checked.
        _ = Once();
        double[] samples = new double[Samples];
        for (int i = 0; i < Samples; i++)
        {
            progress.Report(i, Samples);
            samples[i] = Once();
        }

        Array.Sort(samples);
        return [new BenchmarkResult(Name, "ns", samples[0], samples[Samples / 2], samples[^1])];
    }

    private static double Once()
    {
        long first = 0;
        using var console = new ProcessConsole((_, _) => first = first == 0 ? Stopwatch.GetTimestamp() : first, isTerminal: false);
        long start = Stopwatch.GetTimestamp();
        using RunningProgram program = BenchProgram.Hello.Start([], console);
        program.Process.Wait();
        console.Dispose();
        if (first == 0)
            throw new CommandException($"the program wrote nothing: {string.Join("; ", program.DescribeEnd())}", "see dmesg");
        return (first - start) * (1e9 / Stopwatch.Frequency);
    }
}
