using MicroLake.ModelTool.Workloads;
using MicroLake.Nn.Training;
using MicroLake.Replay.Scheduling;

namespace MicroLake.ModelTool.Training;

/// <summary>Runs generated logs on servers of some numbers and at some loads, for what can be written down meanwhile.</summary>
internal static class RecordedLogs
{
    private const int Logs = 120;
    private const int JobsPerLog = 2000;

    /// <param name="seed">Of the first log; the others have the next ones.</param>
    /// <param name="share">Of the usual number of logs.</param>
    /// <param name="doublings">Servers are a power of two below this power.</param>
    /// <param name="recorder">What serves a log, and sees it served.</param>
    public static void Run(ulong seed, double share, int doublings, Func<IReadOnlyList<Job>, SeededRandom, Ranking> recorder)
    {
        for (int i = 0; i < Logs * share; i++)
        {
            var random = new SeededRandom(seed + (ulong)i);
            JobLog log = JobWorkloads.Generate(JobWorkloads.Names[i % JobWorkloads.Names.Count], random, JobsPerLog);
            int servers = 1 << random.Next(doublings);
            ServerSimulation.Run(log.Scaled(servers, random.Between(0.4, 0.95)).Jobs, servers, recorder(log.Jobs, random));
        }
    }
}
