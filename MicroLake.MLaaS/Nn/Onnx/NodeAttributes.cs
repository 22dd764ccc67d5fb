using MicroLake.Nn.Onnx.Wire;

namespace MicroLake.Nn.Onnx;

/// <summary>A node's attributes by name, read with their type checked.</summary>
internal sealed class NodeAttributes
{
    private readonly Dictionary<string, AttributeProto> _byName = [];
    private readonly string _where;

    public NodeAttributes(IEnumerable<AttributeProto> attributes, string where)
    {
        _where = where;
        foreach (AttributeProto attribute in attributes)
            if (!_byName.TryAdd(attribute.Name, attribute))
                throw new ModelFormatException($"attribute '{attribute.Name}' is given twice. Export the model again.", where);
    }

    public IEnumerable<string> Names => _byName.Keys;

    public bool Has(string name) => _byName.ContainsKey(name);

    public long Int(string name, long fallback) => Find(name, AttributeProto.Kind.Int)?.Int ?? fallback;

    public float Float(string name, float fallback) => Find(name, AttributeProto.Kind.Float)?.Float ?? fallback;

    public IReadOnlyList<long>? Ints(string name) => Find(name, AttributeProto.Kind.Ints)?.Ints;

    public ReadOnlySpan<byte> Floats(string name) => Find(name, AttributeProto.Kind.Floats) is { } found ? found.Floats.Span : default;

    public TensorProto? Tensor(string name) => Find(name, AttributeProto.Kind.Tensor)?.Tensor;

    private AttributeProto? Find(string name, AttributeProto.Kind kind)
    {
        if (!_byName.TryGetValue(name, out AttributeProto? attribute))
            return null;
        // Files of IR version 1 leave the type out; the field that is set tells it then.
        if (attribute.Type != kind && attribute.Type != AttributeProto.Kind.Undefined)
            throw new ModelFormatException($"attribute '{name}' is of type {attribute.Type}, where {kind} is expected. Export the model again.", _where);
        return attribute;
    }
}
