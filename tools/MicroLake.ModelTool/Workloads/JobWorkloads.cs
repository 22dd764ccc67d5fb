using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay.Scheduling;

namespace MicroLake.ModelTool.Workloads;

/// <summary>Generates job logs: users with a few programs each, who submit them in sessions, ask for more time than they need, and now and
/// then do something new. The seed decides every parameter, what the log records included.</summary>
internal static class JobWorkloads
{
    /// <summary>Kinds of logs, by name.</summary>
    public static readonly IReadOnlyList<string> Names = ["users", "bimodal", "log-normal", "interactive"];

    private static readonly double[] s_round = [60, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 604800];

    public static JobLog Generate(string name, SeededRandom random, int count)
    {
        var jobs = new List<Job>(count);
        // A unit of time of its own for each log: a scheduler's jobs may be seconds or milliseconds.
        double unit = PortableMath.Exp2(random.Between(-10, 2));
        bool knowsRequests = name != "interactive" && random.Chance(0.6), knowsPrograms = random.Chance(0.6), rounds = random.Chance(0.7);
        User[] users = new User[4 + random.Next(60)];
        for (int i = 0; i < users.Length; i++)
            users[i] = new(name, random);
        var activity = new ZipfDistribution(users.Length, random.Between(0.5, 1.3));
        double now = 0, gap = PortableMath.Exp2(random.Between(2, 8));
        while (jobs.Count < count)
        {
            // A session: one user, some jobs, mostly of one program.
            int number = activity.Draw(random), program = users[number].Programs.Length == 1 ? 0 : random.Next(users[number].Programs.Length);
            int length = 1 + (int)(random.NextExponential() * users[number].SessionLength);
            double pause = gap * random.NextExponential() * 8;
            for (int i = 0; i < length && jobs.Count < count; i++)
            {
                if (random.Chance(0.1))
                    program = random.Next(users[number].Programs.Length);
                Program of = users[number].Programs[program];
                double run = of.Run(random);
                double asked = rounds ? RoundUp(of.Asked) : of.Asked;
                // Who asks for time is ended when it is over.
                if (knowsRequests)
                    run = Math.Min(run, asked);
                jobs.Add(new()
                {
                    Submit = now * unit,
                    RunTime = Math.Max(rounds && unit > 1 ? 1 : 0, run) * unit,
                    RequestedTime = knowsRequests ? asked * unit : 0,
                    Processors = of.Processors,
                    User = number,
                    Group = number / 4,
                    Executable = knowsPrograms ? number * 16 + program : -1,
                    Queue = knowsRequests ? (int)PortableMath.Log2(asked) / 4 : -1,
                });
                now += gap * random.NextExponential() * (random.Chance(0.2) ? 4 : 0.2);
            }

            // Sessions of several users overlap: sorting by time, below, mixes them.
            now += pause - gap * length * 0.8 * random.NextDouble();
            now = Math.Max(0, now);
            if (random.Chance(0.02))
                users[number] = new(name, random);
        }

        jobs.Sort((a, b) => a.Submit.CompareTo(b.Submit));
        return JobLog.Of(jobs);
    }

    private static double RoundUp(double asked)
    {
        foreach (double value in s_round)
            if (asked <= value)
                return value;
        return s_round[^1];
    }

    private sealed class User
    {
        public User(string kind, SeededRandom random)
        {
            SessionLength = PortableMath.Exp2(random.Between(0, 5));
            Programs = new Program[1 + random.Next(6)];
            double level = kind == "interactive" ? random.Between(0, 6) : random.Between(3, 13);
            for (int i = 0; i < Programs.Length; i++)
                Programs[i] = new(kind, random, level + random.NextNormal() * 2);
        }

        public double SessionLength { get; }

        public Program[] Programs { get; }
    }

    private sealed class Program
    {
        private readonly double _level, _spread, _shortShare, _shortLevel;

        public Program(string kind, SeededRandom random, double level)
        {
            _level = level;
            _spread = random.Chance(0.5) ? random.Between(0.05, 0.5) : random.Between(0.5, 3);
            if (kind == "log-normal")
                _spread = random.Between(1, 3);
            // Some runs fail early, or find their result in a cache.
            _shortShare = kind == "bimodal" ? random.Between(0.3, 0.9) : random.Chance(0.6) ? random.Between(0, 0.35) : 0;
            _shortLevel = level - random.Between(2, 8);
            Asked = PortableMath.Exp2(level + 2 * _spread * random.NextDouble() + random.Between(0.2, 3));
            Processors = 1 << random.Next(7);
        }

        public double Asked { get; }

        public int Processors { get; }

        public double Run(SeededRandom random)
        {
            bool isShort = random.Chance(_shortShare);
            return PortableMath.Exp2(Math.Clamp((isShort ? _shortLevel : _level) + random.NextNormal() * (isShort ? 0.7 : _spread), -6, 20));
        }
    }
}
