namespace MicroLake.Nn.Planning;

/// <summary>A value of known type and shape in a plan.</summary>
internal sealed class PlanValue(string name, ElementType type, Shape shape)
{
    public string Name { get; } = name;

    public ElementType Type { get; } = type;

    public Shape Shape { get; } = shape;

    /// <summary>The value itself where it does not depend on the model's inputs.</summary>
    public ConstantTensor? Constant { get; init; }

    /// <summary>Number of the session input that gives it, or -1.</summary>
    public int Input { get; init; } = -1;

    /// <summary>True when dimension 0 counts rows of the batch and each row depends on its own row of the inputs alone.</summary>
    public bool PerRow { get; init; }

    /// <summary>True when it depends on an input that is given by rows.</summary>
    public bool FromRows { get; init; }

    /// <summary>The value whose memory this one shares, or null.</summary>
    public PlanValue? AliasOf { get; set; }

    /// <summary>The value that owns the memory.</summary>
    public PlanValue Root => AliasOf?.Root ?? this;

    public long ByteLength => Shape.Count > long.MaxValue / 8 ? long.MaxValue : Shape.Count * Type.Size();

    /// <summary>Index of its pointer in the slot table, set when memory is assigned.</summary>
    public int Slot { get; set; } = -1;
}
