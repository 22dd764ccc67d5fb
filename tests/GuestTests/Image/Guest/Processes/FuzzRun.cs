using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Processes;

/// <summary>Random kernel calls from processes, one process after the other: each makes all of its calls, and nothing of them is left.</summary>
internal static class FuzzRun
{
    /// <summary>The most calls of one process.</summary>
    private const int CallsOfOne = 1_000_000;

    private const int LeastProcesses = 10;

    // What the collector keeps for later varies; a leak of one page each process passes this in a long run.
    private const long MemorySlack = 2 << 20;

    /// <exception cref="CheckException">A process did not make its calls or did not end, or something is left.</exception>
    public static string For(long calls)
    {
        One(0, 1000);
        (long Free, ObjectStatistics Objects) before = Measure();
        long made = 0;
        int processes = 0;
        for (; made < calls; processes++)
        {
            int count = (int)Math.Min(CallsOfOne, (calls + LeastProcesses - 1) / LeastProcesses);
            One(processes + 1, count);
            made += count;
        }

        (long Free, ObjectStatistics Objects) after = Measure();
        Check.Equal(before.Objects.Handles, after.Objects.Handles);
        Check.Equal(before.Objects.Objects, after.Objects.Objects);
        long lost = before.Free - after.Free;
        Check.That(lost < MemorySlack, $"{lost >> 10} KiB are gone after {made} calls");
        return $"{made} calls by {processes} processes, {lost >> 10} KiB less free";
    }

    private static void One(int seed, int calls)
    {
        using var run = new ProbeRun("fuzz", seed.ToString(), calls.ToString());
        (ProcessUse end, string output) = run.Finish();
        Check.Equal((seed, ProcessEnd.Exit, 0, "", ""), (seed, end.End, end.ExitCode, end.Message, output));
    }

    private static (long Free, ObjectStatistics Objects) Measure()
    {
        // What the collector keeps of the starts would hide what the kernel has lost.
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (Inspection.Memory().Free, HandleNumbers.Statistics());
    }
}
