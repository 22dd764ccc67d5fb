namespace MicroLake.Nucleus.Features;

/// <summary>
/// What is known of a process when it begins, from runs that have ended: of the same command (program and arguments), of the same program, and of
/// its tenant's or everybody's. Where the closer one is not known, the wider stands in its place.
/// </summary>
public struct Foresight
{
    /// <summary>A mean over this many runs of a command or a program.</summary>
    private const int CommandMemory = 5;

    /// <inheritdoc cref="CommandMemory"/>
    private const int UsualMemory = 64;

    /// <summary>Logarithms (<see cref="RunTimes.Log"/>), all 0 before any process has ended.</summary>
    public int CommandLast, CommandBeforeLast, CommandMean, ProgramMean, UsualMean;

    /// <summary>Runs of the command that are known.</summary>
    public int CommandRuns;

    public static Foresight Of(in RunTimes command, in RunTimes program, in RunTimes tenant, in RunTimes all)
    {
        int usual = tenant.Count != 0 ? tenant.Mean : all.Mean, wide = program.Count != 0 ? program.Mean : usual;
        bool known = command.Count != 0;
        return new()
        {
            CommandLast = known ? command.Last : wide,
            CommandBeforeLast = known ? command.BeforeLast : wide,
            CommandMean = known ? command.Mean : wide,
            CommandRuns = command.Count,
            ProgramMean = wide,
            UsualMean = usual,
        };
    }

    /// <summary>A process has ended.</summary>
    public static void Learn(ulong nanoseconds, ref RunTimes command, ref RunTimes program, ref RunTimes tenant, ref RunTimes all)
    {
        int run = RunTimes.Log(nanoseconds);
        command.Add(run, CommandMemory);
        program.Add(run, CommandMemory);
        tenant.Add(run, UsualMemory);
        all.Add(run, UsualMemory);
    }
}
