using MicroLake.Replay.Models;

namespace MicroLake.Replay.Scheduling;

/// <summary>The job that is expected to have the least left goes first. Where jobs may be interrupted, what is expected is found anew whenever a
/// job has run twice as long as at the last look: that it has not ended yet says much about it. Where nobody says anything of a job, how long all
/// jobs run is all that there is to go by (<see cref="RunTimeDistribution"/>).</summary>
/// <param name="model">Expects; null for the mean of the last two jobs of the same user, the simplest predictor that is any good.</param>
internal sealed class PredictedRanking(IReadOnlyList<Job> jobs, bool preempts, RowScorer? model) : Ranking
{
    private readonly RunTimeFeatures _features = new();
    private readonly double[] _left = new double[jobs.Count];
    private readonly double[] _nextLook = new double[jobs.Count];
    private readonly float[] _row = model?.Rows ?? new float[RunTimeFeatures.Count];
    private readonly RunTimeDistribution _distribution = new();

    public override bool Preempts => preempts;

    public override bool Guarded => true;

    public override double Key(int job, double attained) => _left[job];

    public override double ReviewAt(int job) => _nextLook[job];

    public override void Review(int job) => Look(job, _nextLook[job]);

    public override void Submitted(int job) => Look(job, 0);

    public override void Finished(int job)
    {
        _features.Learn(jobs[job]);
        _distribution.Learn(jobs[job].RunTime);
    }

    private void Look(int job, double attained)
    {
        if (model is not null && preempts && jobs[job].IsAnybodys)
        {
            _left[job] = _distribution.Index(attained);
            _nextLook[job] = RunTimeDistribution.NextChange(attained);
            return;
        }

        _features.Write(jobs[job], attained, _row);
        float result = RunTimeFeatures.MeanOfLastTwo(_row);
        if (model is not null)
        {
            model.Run();
            result = model.Scores[0];
        }

        _left[job] = _features.RunTimeOf(result);
        _nextLook[job] = preempts ? _features.NextReview(attained) : double.PositiveInfinity;
    }
}
