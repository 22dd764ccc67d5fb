using MicroLake.Bench.Report;

namespace MicroLake.Bench.Guests;

/// <summary>Runs the shell's <c>bench NAME</c> and the Linux guest's section of that name in turns.</summary>
internal static class GuestComparison
{
    private const int Rounds = 3;
    private const int MemoryMiB = 512;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<Figure> Run(BenchContext context, string name)
    {
        List<MeasuredLine> ours = [], linux = [];
        string command = $"bench {name} --lines{(context.CountInstructions ? " --fixed" : "")}";
        for (int round = 1; round <= Rounds; round++)
        {
            context.Log.WriteLine($"{name}: round {round} of {Rounds}");
            ours.AddRange(FigureLines.Parse(MicroLakeGuest.Execute(context.Target, command, MemoryMiB, context.CountInstructions, s_limit)));
            if (context.WithPeers)
                linux.AddRange(context.Linux.Measure(name, MemoryMiB, context.CountInstructions, s_limit));
        }
        if (ours.Count == 0)
            throw new BenchException($"'{command}' printed no measurement in the guest");
        return SideBySide.Join(ours, linux);
    }
}
