using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;

namespace MicroLake.GuestTests.Guest.Processes;

/// <summary>Program files that are damaged: those that are refused on sight, and those that start.</summary>
internal static class MutantRun
{
    private const int HeaderBytes = 1024;
    private const int WarmUp = 10;
    private const int CollectedAtOnce = 16;

    /// <summary>A mutant that has not ended by then runs in circles.</summary>
    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(300);

    /// <exception cref="CheckException">Something is left of them.</exception>
    public static string For(int programs)
    {
        byte[] file = File.ReadAllBytes(ProbeRun.Path);
        _ = Run(file, -WarmUp, 0);
        Usage before = Usage.Now();
        string told = Run(file, 0, programs);
        return $"{told}, {Usage.LeftSince(before)}";
    }

    private static string Run(byte[] file, int first, int end)
    {
        int refused = 0, ended = 0, killed = 0;
        for (int seed = first; seed < end; seed++)
        {
            if (!TryRun(Mutated(file, seed), out bool byItself))
                refused++;
            else if (byItself)
                ended++;
            else
                killed++;
            // Each has code of its own in the kernel's memory, for as long as the collector has not looked at it.
            if (seed % CollectedAtOnce == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        return $"{refused} refused, {ended} ended, {killed} killed";
    }

    private static bool TryRun(byte[] program, out bool byItself)
    {
        byItself = false;
        using var console = new ProcessConsole((_, _) => { }, isTerminal: false);
        try
        {
            using RunningProgram run = RunningProgram.Start(
                ElfProgram.Read(program), "mutant", ["probe", "exit", "0"], ProbeRun.Limits(32 << 20), console);
            byItself = run.Process.Wait(s_life);
            run.Process.Kill();
            run.Process.Wait();
            _ = run.DescribeEnd();
            return true;
        }
        catch (Exception error) when (error is ElfFormatException or KernelException)
        {
            return false;
        }
    }

    /// <summary>The probe with a few bytes changed: in its headers, which lead to all the rest, or anywhere.</summary>
    private static byte[] Mutated(byte[] file, int seed)
    {
        byte[] mutant = [.. file];
        var random = new Random(seed);
        for (int i = random.Next(1, 30); i > 0; i--)
            mutant[random.Next(random.Next(3) == 0 ? HeaderBytes : mutant.Length)] = (byte)random.Next(256);
        return mutant;
    }
}
