using MicroLake.Bench.Report;

namespace MicroLake.Bench.Guests;

/// <summary>Runs the shell's <c>bench NAME</c> and the Linux guest's section of that name in turns.</summary>
internal static class GuestComparison
{
    private const int Rounds = 3;
    private const int MemoryMiB = 512;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<Figure> Run(BenchContext context, string name, int processors = 1)
    {
        List<MeasuredLine> ours = [], linux = [];
        string command = $"bench {name} --json";
        for (int round = 1; round <= Rounds; round++)
        {
            context.Log.WriteLine($"{name}: round {round} of {Rounds}");
            string output = MicroLakeGuest.Execute(context.Target, command, MemoryMiB, context.CountInstructions, s_limit, processors);
            // The machine's clock then advances by one nanosecond for each instruction.
            ours.AddRange(GuestResults.Parse(output).Select(r => context.CountInstructions && r.Unit == "ns" ? r with { Unit = "instructions" } : r));
            if (context.WithPeers)
                linux.AddRange(context.Linux.Measure(name, MemoryMiB, context.CountInstructions, s_limit, processors));
        }
        if (ours.Count == 0)
            throw new BenchException($"'{command}' printed no measurement in the guest");
        return SideBySide.Join(ours, linux);
    }
}
