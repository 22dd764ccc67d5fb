using MicroLake.Replay.Models;

namespace MicroLake.Replay.Scheduling;

/// <summary>The job that is expected to be the shortest goes first, to its end.</summary>
/// <param name="model">Expects; null for the mean of the last two jobs of the same user, the simplest predictor that is any good.</param>
internal sealed class PredictedRanking(IReadOnlyList<Job> jobs, RowScorer? model) : Ranking
{
    private readonly RunTimeFeatures _features = new();
    private readonly double[] _expected = new double[jobs.Count];
    private readonly float[] _row = model?.Rows ?? new float[RunTimeFeatures.Count];

    public override bool Guarded => true;

    public override double Key(int job, double attained) => _expected[job];

    public override void Submitted(int job)
    {
        _features.Write(jobs[job], _row);
        float result = RunTimeFeatures.MeanOfLastTwo(_row);
        if (model is not null)
        {
            model.Run();
            result = model.Scores[0];
        }

        _expected[job] = _features.LogOf(result);
    }

    public override void Finished(int job) => _features.Learn(jobs[job]);
}
