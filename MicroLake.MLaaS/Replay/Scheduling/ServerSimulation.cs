namespace MicroLake.Replay.Scheduling;

/// <summary>Jobs on a number of equal servers, event by event. A job is one thread: it takes one server at a time, whatever number of
/// processors its log says. Returns when each job ends.</summary>
/// <remarks>The guard of <see cref="Ranking.Guarded"/> gives the job that has waited longest one part in <see cref="GuardShare"/>: of the time of
/// the server whose job has the greatest key where jobs may be interrupted, else of the turns. So every job moves on, however many
/// better ones come.</remarks>
internal sealed class ServerSimulation
{
    /// <summary>One part in so many goes to the job that has waited longest.</summary>
    public const int GuardShare = 16;

    private readonly IReadOnlyList<Job> _jobs;
    private readonly Ranking _ranking;
    private readonly double[] _attained;
    private readonly double[] _ends;
    private readonly IndexedHeap _waiting;
    private readonly bool[] _isRunning;
    private readonly int[] _running;
    private readonly int[] _next;
    private readonly int[] _previous;
    private int _runningCount;
    private int _unfinished;
    private int _turns;

    private ServerSimulation(IReadOnlyList<Job> jobs, int servers, Ranking ranking)
    {
        (_jobs, _ranking) = (jobs, ranking);
        _attained = new double[jobs.Count];
        _ends = new double[jobs.Count];
        _waiting = new(jobs.Count);
        _isRunning = new bool[jobs.Count];
        _running = new int[servers];
        // A ring of all that have come and not ended, in the order of their coming; the last place is its head.
        _next = new int[jobs.Count + 1];
        _previous = new int[jobs.Count + 1];
        _next[Head] = _previous[Head] = Head;
    }

    private int Head => _jobs.Count;

    /// <summary>Runs <paramref name="jobs"/>, which are in the order of their submission, by a ranking.</summary>
    public static double[] Run(IReadOnlyList<Job> jobs, int servers, Ranking ranking, CancellationToken cancellation = default)
    {
        var simulation = new ServerSimulation(jobs, servers, ranking);
        simulation.Run(cancellation);
        return simulation._ends;
    }

    /// <summary>Runs <paramref name="jobs"/> with equal shares for all that are there: the limit of round robin with ever shorter turns.</summary>
    public static double[] RunFair(IReadOnlyList<Job> jobs, int servers)
    {
        double[] ends = new double[jobs.Count];
        var byEnd = new IndexedHeap(jobs.Count);
        // All that are there have the same rate, so one clock of service received tells when each ends.
        double now = 0, service = 0;
        for (int next = 0; next < jobs.Count || byEnd.Count > 0;)
        {
            double rate = Math.Min(1, (double)servers / Math.Max(1, byEnd.Count));
            double firstEnd = byEnd.Count > 0 ? now + (byEnd.LeastKey - service) / rate : double.PositiveInfinity;
            if (next < jobs.Count && jobs[next].Submit <= firstEnd)
            {
                service += Math.Max(0, jobs[next].Submit - now) * rate;
                now = Math.Max(now, jobs[next].Submit);
                byEnd.Set(next, service + jobs[next].RunTime, next);
                next++;
            }
            else
            {
                service = byEnd.LeastKey;
                now = firstEnd;
                ends[byEnd.Take()] = now;
            }
        }

        return ends;
    }

    private void Run(CancellationToken cancellation)
    {
        double now = 0;
        for (int next = 0; next < _jobs.Count || _unfinished > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            int ward = _ranking is { Guarded: true, Preempts: true } && _runningCount == _running.Length ? LongestWaiting() : -1;
            int giver = ward >= 0 ? _running[GreatestKey()] : -1;
            double step = next < _jobs.Count ? Math.Max(0, _jobs[next].Submit - now) : double.PositiveInfinity;
            int first = -1;
            for (int i = 0; i < _runningCount; i++)
                Earlier(_running[i], Target(_running[i]));
            if (ward >= 0)
                Earlier(ward, _jobs[ward].RunTime);

            for (int i = 0; i < _runningCount; i++)
                _attained[_running[i]] += step * Rate(_running[i]);
            if (ward >= 0)
                _attained[ward] += step * Rate(ward);
            now += step;
            if (first < 0)
            {
                // What time has been lost to rounding must not make a job come before its time.
                now = Math.Max(now, _jobs[next].Submit);
                Submit(next++);
            }
            else
            {
                // Exactly there, whatever rounding says: each event ends something, so that the loop ends.
                _attained[first] = Target(first);
                Reach(first, now);
            }

            double Rate(int job) => job == ward ? 1.0 / GuardShare : job == giver ? 1 - 1.0 / GuardShare : 1;

            void Earlier(int job, double target)
            {
                double needed = Math.Max(0, target - _attained[job]) / Rate(job);
                if (needed < step)
                    (step, first) = (needed, job);
            }
        }
    }

    /// <summary>How far a job runs before something happens to it.</summary>
    private double Target(int job) => _isRunning[job] ? Math.Min(_jobs[job].RunTime, _ranking.ReviewAt(job)) : _jobs[job].RunTime;

    private void Submit(int job)
    {
        _unfinished++;
        (_previous[job], _next[job]) = (_previous[Head], Head);
        _next[_previous[job]] = _previous[Head] = job;
        _ranking.Submitted(job);
        _waiting.Set(job, _ranking.Key(job, 0), job);
        Place();
    }

    private void Reach(int job, double now)
    {
        if (_attained[job] >= _jobs[job].RunTime)
        {
            _ends[job] = now;
            _unfinished--;
            (_next[_previous[job]], _previous[_next[job]]) = (_next[job], _previous[job]);
            if (_isRunning[job])
                Stop(Array.IndexOf(_running, job, 0, _runningCount));
            else
                _waiting.Remove(job);
            _ranking.Finished(job);
        }
        else
        {
            _ranking.Review(job);
        }

        Place();
    }

    /// <summary>Gives free servers to those that wait, and, where the ranking says so, takes servers from those with greater keys.</summary>
    private void Place()
    {
        while (_waiting.Count > 0)
        {
            if (_runningCount < _running.Length)
            {
                Start(IsGuardsTurn() ? LongestWaiting() : _waiting.Least);
                continue;
            }

            if (!_ranking.Preempts)
                return;
            int at = GreatestKey();
            int worst = _running[at];
            double key = _ranking.Key(worst, _attained[worst]);
            if (!(_waiting.LeastKey < key))
                return;
            Stop(at);
            Start(_waiting.Least);
            _waiting.Set(worst, key, worst);
        }
    }

    private bool IsGuardsTurn() => _ranking is { Guarded: true, Preempts: false } && ++_turns % GuardShare == 0;

    private void Start(int job)
    {
        _waiting.Remove(job);
        _isRunning[job] = true;
        _running[_runningCount++] = job;
    }

    private void Stop(int at)
    {
        _isRunning[_running[at]] = false;
        _running[at] = _running[--_runningCount];
    }

    private int GreatestKey()
    {
        int greatest = 0;
        double key = double.NegativeInfinity;
        for (int i = 0; i < _runningCount; i++)
        {
            double other = _ranking.Key(_running[i], _attained[_running[i]]);
            if (other > key || (other == key && _running[i] > _running[greatest]))
                (greatest, key) = (i, other);
        }

        return greatest;
    }

    private int LongestWaiting()
    {
        for (int job = _next[Head]; job != Head; job = _next[job])
            if (!_isRunning[job])
                return job;
        return -1;
    }
}
