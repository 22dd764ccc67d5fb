using System.Diagnostics;
using MicroLake.Abi;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>
/// Processes (<see cref="MixedJobs"/>) that run for a moment or for long, most of them about as long each time: how long they take from their coming to their
/// end, by whoever decides at <c>sched.pick</c>. Nobody is told beforehand how long one runs but an oracle, by
/// <see cref="ProcessLimits.DeclaredNanoseconds"/>. The mixes are the same each time.
/// </summary>
internal sealed class JobMix : IGuestBenchmark
{
    /// <summary>Mixes, each from a seed of its own and with programs of its own.</summary>
    private const int Mixes = 3;
    private const int Jobs = 160;

    /// <summary>The first are not counted: nothing is known yet of programs that run the first time.</summary>
    private const int WarmUp = 60;
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
            MixedJob[] jobs = MixedJobs.Make(mix + 1, Jobs, start, turn);
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

    private static void RunAll(MixedJob[] jobs, ProgressLine progress, int mix)
    {
        var threads = new Thread[Jobs];
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < Jobs; i++)
        {
            progress.Report(mix * Jobs + i, Jobs * Mixes);
            double wait = jobs[i].Comes - Since(begin);
            if (wait > 0)
                Thread.Sleep((int)(wait / 1e6));
            MixedJob job = jobs[i];
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

    private static double RunAlone(long turns)
    {
        long begin = Stopwatch.GetTimestamp();
        var job = new MixedJob(0, turns, 0);
        job.Run(begin);
        return job.Failure is { } failure ? throw failure : job.Turnaround;
    }

    private static double Since(long begin) => Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
}
