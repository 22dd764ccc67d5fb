namespace MicroLake.Nn.Onnx;

/// <summary>Numbers the values of a graph. Every name is defined once (static single assignment, ONNX IR "Names Within a Graph").</summary>
internal sealed class ValueNames(ModelLimits limits)
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _names = [];

    public int Count => _names.Count;

    public string this[int value] => _names[value];

    public int Define(string name, string where)
    {
        if (name.Length == 0)
            throw new ModelFormatException("it has no name. The file is damaged: export or copy it again.", where);
        if (_names.Count == limits.MaxTensors)
            throw new ModelLimitException($"The graph names more than {limits.MaxTensors} tensors. Raise MaxTensors if the model is really that large.");
        if (!_numbers.TryAdd(name, _names.Count))
            throw new ModelFormatException($"the name '{name}' is defined a second time; each tensor must have one source. Export the model again.", where);
        _names.Add(name);
        return _names.Count - 1;
    }

    public bool TryFind(string name, out int value) => _numbers.TryGetValue(name, out value);

    public int Find(string name, string where) => TryFind(name, out int value)
        ? value
        : throw new ModelFormatException($"it reads '{name}', which is neither an input, a weight nor computed by a node. The file is damaged or incomplete: export it again.", where);

    public string[] ToArray() => [.. _names];
}
