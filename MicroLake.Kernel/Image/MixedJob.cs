using System.Diagnostics;
using System.Globalization;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Services.Programs;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>A process that computes for so many turns, for <see cref="JobMix"/>.</summary>
/// <param name="program">What the kernel may know it by; 0: nothing.</param>
/// <param name="turns">Turns of a loop.</param>
/// <param name="needs">Nanoseconds, for who decides by <see cref="ProcessLimits.DeclaredNanoseconds"/>.</param>
internal sealed class MixedJob(ulong program, long turns, ulong needs)
{
    private const ulong MemoryPages = (16 << 20) >> 12;

    /// <summary>When it comes, in nanoseconds.</summary>
    public double Comes { get; set; }

    public double Turnaround { get; private set; }

    public CommandException? Failure { get; private set; }

    /// <summary>Runs it to its end.</summary>
    /// <param name="begin">The time stamp that <see cref="Comes"/> counts from.</param>
    public void Run(long begin)
    {
        try
        {
            var limits = new ProcessLimits { MemoryPages = MemoryPages, Program = program, Command = program, DeclaredNanoseconds = needs };
            using RunningProgram running = BenchProgram.Messages.Start(["work", turns.ToString(CultureInfo.InvariantCulture)], null, limits);
            running.Process.Wait();
            Turnaround = Stopwatch.GetElapsedTime(begin).TotalNanoseconds - Comes;
            if (!running.Process.Information().EndedWell)
                Failure = new CommandException($"a job ended badly: {string.Join("; ", running.DescribeEnd())}", "see dmesg");
        }
        catch (KernelException error)
        {
            Failure = new CommandException($"a job cannot be started: {error.Message}", "see mem");
        }
    }
}
