using MicroLake.Bench.Report;

namespace MicroLake.Bench.Guests;

/// <summary>Runs the shell's <c>bench NAME</c> and the Linux guest's section of that name in turns.</summary>
internal static class GuestComparison
{
    /// <summary>Times are measured on until no least sample has fallen for two rounds; instructions repeat exactly.</summary>
    private const int FewestRounds = 3;
    private const int MostRounds = 9;
    private const int SettledRounds = 2;

    private const int UsualMemoryMiB = 512;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <param name="devices">QEMU's options for devices that both guests have; the Linux guest then is one with drivers.</param>
    /// <param name="ownDevices">Those that only this guest has, and those that only Linux has in their place.</param>
    /// <param name="hasPeer">The Linux guest has something like it.</param>
    /// <param name="memoryMiB">Memory of either guest.</param>
    /// <param name="command">What the shell runs in the place of <c>bench NAME --json</c>.</param>
    public static IReadOnlyList<Figure> Run(BenchContext context, string name, int processors = 1, IReadOnlyList<string>? devices = null, (string[] Lake, string[] Linux) ownDevices = default, bool hasPeer = true, int memoryMiB = UsualMemoryMiB, string? command = null)
    {
        List<MeasuredLine> ours = [], linux = [];
        IReadOnlyList<string>? lakeDevices = devices is null ? null : [.. devices, .. ownDevices.Lake ?? []];
        IReadOnlyList<string>? linuxDevices = devices is null ? null : [.. devices, .. ownDevices.Linux ?? []];
        command ??= $"bench {name} --json";
        var least = new LeastSamples();
        int settled = 0;
        for (int round = 1; round <= FewestRounds || (settled < SettledRounds && round <= MostRounds && !context.CountInstructions); round++)
        {
            context.Log.WriteLine($"{name}: round {round}, {FewestRounds} to {MostRounds} of them");
            string output = MicroLakeGuest.Execute(context.Target, command, memoryMiB, context.CountInstructions, s_limit, processors, lakeDevices);
            // The machine's clock then advances by one nanosecond for each instruction.
            List<MeasuredLine> lines = [.. GuestResults.Parse(output).Select(r => context.CountInstructions && r.Unit == "ns" ? r with { Unit = "instructions" } : r)];
            ours.AddRange(lines);
            if (context.WithPeers && hasPeer)
            {
                IReadOnlyList<MeasuredLine> beside = [.. (devices is null ? context.Linux : context.LinuxWithDrivers).Measure(name, memoryMiB, context.CountInstructions, s_limit, processors, linuxDevices)];
                linux.AddRange(beside);
                lines.AddRange(beside);
            }

            settled = least.Add(lines) ? 0 : settled + 1;
        }
        if (ours.Count == 0)
            throw new BenchException($"'{command}' printed no measurement in the guest");
        return SideBySide.Join(ours, linux);
    }
}
