namespace MicroLake.Shell.Models;

/// <summary>The models in memory by name. Safe for use by several threads.</summary>
internal sealed class ModelStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, LoadedModel> _models = new(StringComparer.Ordinal);

    public IReadOnlyList<LoadedModel> All
    {
        get
        {
            lock (_gate)
                return [.. _models.Values];
        }
    }

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
                return [.. _models.Keys];
        }
    }

    public bool Contains(string name)
    {
        lock (_gate)
            return _models.ContainsKey(name);
    }

    /// <summary>False when the name is taken.</summary>
    public bool TryAdd(LoadedModel model)
    {
        lock (_gate)
            return _models.TryAdd(model.Name, model);
    }

    /// <exception cref="CommandException">There is no model of that name.</exception>
    public LoadedModel Get(string name)
    {
        lock (_gate)
            if (_models.TryGetValue(name, out LoadedModel? model))
                return model;
        throw Missing(name);
    }

    /// <exception cref="CommandException">There is no model of that name.</exception>
    public void Remove(string name)
    {
        LoadedModel? model;
        lock (_gate)
            if (!_models.Remove(name, out model))
                throw Missing(name);
        model.Placed?.Dispose();
    }

    private CommandException Missing(string name)
    {
        IReadOnlyList<string> all = Names;
        string advice = all.Count == 0 ? "load one with model load FILE" : $"loaded are: {string.Join(", ", all.Take(10))}";
        return new CommandException($"there is no model '{Printable.Shorten(name)}'", advice);
    }
}
