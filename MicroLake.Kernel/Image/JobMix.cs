using System.Diagnostics;
using System.Globalization;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Services.Programs;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// Processes of two dozen programs that run for a moment or for long, most of them about as long each time: how long they take from their coming to their
/// end, by whoever decides at <c>sched.pick</c>. Nobody is told beforehand how long one runs but an oracle, by
/// <see cref="ProcessLimits.DeclaredNanoseconds"/>. The mixes are the same each time.
/// </summary>
internal sealed class JobMix : IGuestBenchmark
{
    /// <summary>Mixes, each from a seed of its own and with programs of its own.</summary>
    private const int Mixes = 3;
    private const int Programs = 24;
    private const int Jobs = 160;

    /// <summary>The first are not counted: nothing is known yet of programs that run the first time.</summary>
    private const int WarmUp = 60;
    private const double Load = 0.85;
    private const ulong MemoryPages = (16 << 20) >> 12;
    private const long CalibrationTurns = 20_000_000;

    public string Name => "sched.mix";

    public string Summary => "turnaround of processes that run for a moment or for long: least, mean, most";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        _ = RunAlone(0);
        double start = RunAlone(0), turn = (RunAlone(CalibrationTurns) - start) / CalibrationTurns;
        double least = double.MaxValue, most = 0, sum = 0;
        for (int mix = 0; mix < Mixes; mix++)
        {
            Job[] jobs = MakeJobs(mix + 1, start, turn);
            RunAll(jobs, progress, mix);
            for (int i = WarmUp; i < Jobs; i++)
            {
                least = Math.Min(least, jobs[i].Turnaround);
                most = Math.Max(most, jobs[i].Turnaround);
                sum += jobs[i].Turnaround;
            }
        }

        return [new(Name, "ns", least, sum / ((Jobs - WarmUp) * Mixes), most)];
    }

    private static void RunAll(Job[] jobs, ProgressLine progress, int mix)
    {
        var threads = new Thread[Jobs];
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < Jobs; i++)
        {
            progress.Report(mix * Jobs + i, Jobs * Mixes);
            double wait = jobs[i].Comes - Since(begin);
            if (wait > 0)
                Thread.Sleep((int)(wait / 1e6));
            Job job = jobs[i];
            threads[i] = new Thread(() => job.Run(begin)) { IsBackground = true };
            threads[i].Start();
        }

        for (int i = 0; i < Jobs; i++)
        {
            threads[i].Join();
            if (jobs[i].Failure is { } failure)
                throw failure;
        }
    }

    private static Job[] MakeJobs(int mix, double start, double turn)
    {
        var random = new Random(mix);
        double[] level = new double[Programs], spread = new double[Programs];
        for (int i = 0; i < Programs; i++)
        {
            level[i] = 20 + 8 * random.NextDouble();
            spread[i] = random.NextDouble() < 0.75 ? 0.25 : 1;
        }

        var jobs = new Job[Jobs];
        double work = 0;
        for (int i = 0; i < Jobs; i++)
        {
            int program = random.Next(Programs);
            double length = Math.Pow(2, level[program] + spread[program] * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2);
            jobs[i] = new Job((ulong)(mix * Programs + program), (long)(length / turn), (ulong)(start + length));
            work += start + length;
        }

        double now = 0;
        foreach (Job job in jobs)
        {
            job.Comes = now;
            now -= Math.Log(1 - random.NextDouble()) * work / Jobs / Load;
        }

        return jobs;
    }

    private static double RunAlone(long turns)
    {
        long begin = Stopwatch.GetTimestamp();
        var job = new Job(0, turns, 0);
        job.Run(begin);
        return job.Failure is { } failure ? throw failure : job.Turnaround;
    }

    private static double Since(long begin) => Stopwatch.GetElapsedTime(begin).TotalNanoseconds;

    /// <param name="program">What the kernel may know it by; 0: nothing.</param>
    private sealed class Job(ulong program, long turns, ulong needs)
    {
        /// <summary>When it comes, in nanoseconds.</summary>
        public double Comes { get; set; }

        public double Turnaround { get; private set; }

        public CommandException? Failure { get; private set; }

        public void Run(long begin)
        {
            try
            {
                var limits = new ProcessLimits { MemoryPages = MemoryPages, Program = program, Command = program, DeclaredNanoseconds = needs };
                using RunningProgram running = BenchProgram.Messages.Start(["work", turns.ToString(CultureInfo.InvariantCulture)], null, limits);
                running.Process.Wait();
                Turnaround = Since(begin) - Comes;
                if (!running.Process.Information().EndedWell)
                    Failure = new CommandException($"a job ended badly: {string.Join("; ", running.DescribeEnd())}", "see dmesg");
            }
            catch (KernelException error)
            {
                Failure = new CommandException($"a job cannot be started: {error.Message}", "see mem");
            }
        }
    }
}
