using System.Globalization;
using System.Text;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// Pages that a program (tests/Programs/MessageBench) touches while they are on the swap disk: a program with half as much memory again as the machine measures itself. For each page that
/// comes, another has to leave.
/// </summary>
internal sealed class SwappedIn(string order, string words, ISwap swap) : IGuestBenchmark
{
    public static IReadOnlyList<IGuestBenchmark> All(ISwap swap) =>
        [new SwappedIn("in_order", "one after the other", swap), new SwappedIn("far_apart", "far from each other", swap)];

    public string Name => $"mm.swap_in.{order}";

    public string Summary => $"a page that is on the swap disk, {words}; needs swap on DISK";

    public string? Note => swap.State.Disk is null ? $"{Name}: left out, there is no swap disk" : null;

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        if (swap.State.Disk is null)
            return [];
        int mib = (int)(Inspection.Memory().Total >> 20) * 3 / 2;
        var output = new StringBuilder();
        using var console = new ProcessConsole((bytes, count) => output.Append(Encoding.UTF8.GetString(bytes, 0, count)), isTerminal: false);
        using RunningProgram measuring = BenchProgram.Messages.Start(
            ["swap", order, mib.ToString(CultureInfo.InvariantCulture)], console, 2L * mib << 20);
        measuring.Process.Wait();
        console.Dispose();
        if (measuring.Process.Information() is not { End: ProcessEnd.Exit, ExitCode: 0 })
            throw new CommandException($"{Name}: the program failed: {string.Join("; ", measuring.DescribeEnd())}", "see swap and dmesg");
        double[] samples = Array.ConvertAll(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), l => double.Parse(l, CultureInfo.InvariantCulture));
        Array.Sort(samples);
        return [new BenchmarkResult(Name, "ns", samples[0], samples[samples.Length / 2], samples[^1])];
    }
}
