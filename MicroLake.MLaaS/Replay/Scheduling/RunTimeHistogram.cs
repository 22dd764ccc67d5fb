namespace MicroLake.Replay.Scheduling;

/// <summary>How many jobs ran for how long, by classes. Room is taken for classes that have occurred and those between them.</summary>
/// <param name="fading">What an older job counts for with each that is added.</param>
internal sealed class RunTimeHistogram(double fading)
{
    /// <summary>Beyond this all weights are brought down, long before a double ends.</summary>
    private const double GreatestWeight = 1e100;

    private double[] _weights = [];
    private int _first;

    /// <summary>Instead of what older jobs count for falling, what the next counts for grows.</summary>
    private double _newest = 1;
    private double _total;

    /// <summary>Of 1, what a unit of weight counts for.</summary>
    private double _scale = 1;

    /// <summary>Jobs, each as much as it still counts for.</summary>
    public double Jobs => _total * _scale;

    /// <summary>The first class of which there is a job.</summary>
    public int First => _first;

    /// <summary>The class after the last of which there is a job.</summary>
    public int End => _first + _weights.Length;

    /// <summary>Jobs of a class.</summary>
    public double this[int index] => (uint)(index - _first) < (uint)_weights.Length ? _weights[index - _first] * _scale : 0;

    public void Add(int index)
    {
        _newest /= fading;
        if (_newest > GreatestWeight)
        {
            for (int i = 0; i < _weights.Length; i++)
                _weights[i] /= _newest;
            (_total, _newest) = (_total / _newest, 1);
        }

        _scale = 1 / _newest;
        Reach(index);
        _weights[index - _first] += _newest;
        _total += _newest;
    }

    /// <summary>Adds the share that each class has of all, times <paramref name="factor"/>.</summary>
    public void AddShares(Span<double> chances, double factor)
    {
        if (_total == 0)
            return;
        Span<double> reached = chances.Slice(_first, _weights.Length);
        double each = factor / _total;
        for (int i = 0; i < reached.Length; i++)
            reached[i] += _weights[i] * each;
    }

    private void Reach(int index)
    {
        if (_weights.Length == 0)
            _first = index;
        int first = Math.Min(_first, index), end = Math.Max(_first + _weights.Length, index + 1);
        if (end - first == _weights.Length)
            return;
        double[] weights = new double[end - first];
        _weights.CopyTo(weights, _first - first);
        (_weights, _first) = (weights, first);
    }
}
