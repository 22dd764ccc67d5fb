namespace MicroLake.MLaaS.Packages;

/// <summary>The decision of a module: what its model gives, times scale plus offset, in the hook's unit.</summary>
public sealed class ModuleOutput
{
    public string Unit { get; internal set; } = "";

    /// <summary>The decisions that are in range.</summary>
    public long Least { get; internal set; }

    /// <inheritdoc cref="Least"/>
    public long Most { get; internal set; }

    /// <summary>With <see cref="InputTransform.Log2"/>, the decision is 2 to the power of the model's scaled output, less 1.</summary>
    public InputTransform Transform { get; internal set; }

    public float Offset { get; internal set; }

    public float Scale { get; internal set; } = 1;

    /// <summary>The decision for what the model gives.</summary>
    public long Apply(float output)
    {
        float x = output * Scale + Offset;
        if (Transform == InputTransform.Log2)
            x = MathF.Pow(2, x) - 1;
        return float.IsNaN(x) ? long.MinValue : (long)x;
    }
}
