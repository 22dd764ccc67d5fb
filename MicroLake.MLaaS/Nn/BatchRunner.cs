namespace MicroLake.Nn;

/// <summary>Runs the rows of a model in batches of any size: the plans of the sizes that were used last are kept.</summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class BatchRunner(OnnxModel model)
{
    private const int MostPlans = 8;
    private const long MostBytes = 16 << 20;

    /// <summary>The one that was used last comes first.</summary>
    private readonly List<RowRunner> _plans = [];

    /// <summary>Plans that are kept.</summary>
    public int Plans => _plans.Count;

    /// <summary>The plan for batches of a size.</summary>
    /// <exception cref="InferenceException">The model does not take rows of float32 numbers, or not this batch.</exception>
    /// <exception cref="ModelFormatException">Shapes do not fit each other, or take more than the model's limits.</exception>
    public RowRunner For(int batch)
    {
        int index = 0;
        while (index < _plans.Count && _plans[index].Batch != batch)
            index++;
        if (index == 0 && _plans.Count > 0)
            return _plans[0];
        RowRunner runner;
        if (index < _plans.Count)
        {
            runner = _plans[index];
            _plans.RemoveAt(index);
        }
        else
        {
            runner = new RowRunner(model, batch);
        }

        _plans.Insert(0, runner);
        while (_plans.Count > MostPlans || (_plans.Count > 1 && MemoryBytes() > MostBytes))
            _plans.RemoveAt(_plans.Count - 1);
        return runner;
    }

    private long MemoryBytes()
    {
        long bytes = 0;
        foreach (RowRunner runner in _plans)
            bytes += runner.MemoryBytes;
        return bytes;
    }
}
