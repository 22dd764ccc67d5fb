namespace MicroLake.Nn.Gpu.Placement;

/// <summary>What a batch takes by its rows, from measurements at some numbers of rows.</summary>
public sealed class CostCurve
{
    private readonly List<(int Rows, double Nanoseconds)> _points = [];

    /// <summary>In the order of their rows.</summary>
    public IReadOnlyList<(int Rows, double Nanoseconds)> Points => _points;

    public void Add(int rows, double nanoseconds) => _points.Add((rows, nanoseconds));

    /// <summary>Between two measurements along the line through both; beyond the last in proportion to rows.</summary>
    public double Estimate(int rows)
    {
        (int lastRows, double lastTime) = _points[0];
        foreach ((int pointRows, double time) in _points)
        {
            if (rows <= pointRows)
                return pointRows == lastRows ? time : lastTime + (time - lastTime) * (rows - lastRows) / (pointRows - lastRows);
            (lastRows, lastTime) = (pointRows, time);
        }

        return lastTime * rows / lastRows;
    }
}
