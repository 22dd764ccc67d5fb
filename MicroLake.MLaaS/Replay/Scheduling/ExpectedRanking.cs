using MicroLake.Replay.Models;

namespace MicroLake.Replay.Scheduling;

/// <summary><c>sched-predict</c>. How long a job may run is what jobs like it took of late, and, the fewer these are, what the model says of it, give
/// or take what such predictions were wrong by before. Where nobody says anything of a job, its kind is all that there is to go by.</summary>
internal sealed class ExpectedRanking(IReadOnlyList<Job> jobs, RowScorer model) : IndexRanking(jobs.Count, every: RunTimeClasses.PerDoubling / 2)
{
    private readonly RunTimeFeatures _features = new();
    private readonly PredictionErrors _errors = new();
    private readonly JobKinds _kinds = new();
    private readonly double[] _predicted = new double[jobs.Count];
    private readonly byte[] _trust = new byte[jobs.Count];

    public override bool Guarded => true;

    public override void Submitted(int job)
    {
        if (!jobs[job].IsAnybodys)
        {
            _features.Write(jobs[job], model.Rows);
            model.Run();
            _predicted[job] = _features.LogOf(model.Scores[0]);
            _trust[job] = (byte)RunTimeFeatures.TrustIn(model.Rows);
        }

        base.Submitted(job);
    }

    public override void Finished(int job)
    {
        if (jobs[job].IsAnybodys)
        {
            _kinds.Learn(jobs[job]);
            return;
        }

        _errors.Learn(_predicted[job], _trust[job], jobs[job].RunTime);
        _features.Learn(jobs[job]);
    }

    protected override void AddChances(int job, Span<double> chances)
    {
        if (jobs[job].IsAnybodys)
            _kinds.AddChances(jobs[job], chances);
        else
            _errors.AddChances(_predicted[job], _trust[job], chances, _features.AddRecent(jobs[job], chances));
    }
}
