using MicroLake.Abi;
using MicroLake.Hosting.Processes;

namespace MicroLake.GuestTests.Guest.Processes;

/// <summary>Random kernel calls from processes, one process after the other: each makes all of its calls, and nothing of them is left.</summary>
internal static class FuzzRun
{
    /// <summary>The most calls of one process.</summary>
    private const int CallsOfOne = 1_000_000;

    private const int LeastProcesses = 10;

    /// <exception cref="CheckException">A process did not make its calls or did not end, or something is left.</exception>
    public static string For(long calls)
    {
        One(0, 1000);
        Usage before = Usage.Now();
        long made = 0;
        int processes = 0;
        for (; made < calls; processes++)
        {
            int count = (int)Math.Min(CallsOfOne, (calls + LeastProcesses - 1) / LeastProcesses);
            One(processes + 1, count);
            made += count;
        }

        return $"{made} calls by {processes} processes, {Usage.LeftSince(before)}";
    }

    private static void One(int seed, int calls)
    {
        using var run = new ProbeRun("fuzz", seed.ToString(), calls.ToString());
        (ProcessUse end, string output) = run.Finish();
        Check.Equal((seed, ProcessEnd.Exit, 0, "", ""), (seed, end.End, end.ExitCode, end.Message, output));
    }
}
