namespace MicroLake.MLaaS.Packages;

/// <summary>A feature of the hook as a model takes it: (transform(value) - offset) * scale.</summary>
public sealed class ModuleInput
{
    /// <summary>Name in the hook's schema.</summary>
    public string Feature { get; internal set; } = "";

    /// <summary>The unit that the model was trained with; it must be the hook's.</summary>
    public string Unit { get; internal set; } = "";

    /// <summary>Range of the values seen in training.</summary>
    public long Least { get; internal set; }

    /// <inheritdoc cref="Least"/>
    public long Most { get; internal set; } = long.MaxValue;

    public InputTransform Transform { get; internal set; }

    public float Offset { get; internal set; }

    public float Scale { get; internal set; } = 1;

    /// <summary>What the model gets for a value.</summary>
    public float Apply(long value)
    {
        float x = Transform == InputTransform.Log2 ? MathF.Log2(1 + MathF.Max(value, 0)) : value;
        return (x - Offset) * Scale;
    }
}

/// <summary>What is done to a value before it is scaled.</summary>
public enum InputTransform
{
    None = 0,

    /// <summary>log2(1 + value), of 0 for negative values.</summary>
    Log2 = 1,
}
