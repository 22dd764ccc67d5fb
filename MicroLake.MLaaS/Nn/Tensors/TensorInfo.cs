namespace MicroLake.Nn;

/// <summary>Name, element type and declared dimensions of a model's input or output.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="ElementType">Type of each element.</param>
/// <param name="Dimensions">One entry per dimension, outermost first.</param>
public sealed record TensorInfo(string Name, ElementType ElementType, IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>False when the file gives not even the number of dimensions.</summary>
    public bool HasShape { get; init; } = true;

    /// <summary>As <c>x float32 [N, 5]</c>.</summary>
    public override string ToString() =>
        $"{Name} {ElementType.ToString().ToLowerInvariant()} {(HasShape ? $"[{string.Join(", ", Dimensions)}]" : "of any shape")}";
}

/// <summary>A declared dimension: a number, a name that stands for any number, or neither when the file does not say.</summary>
/// <param name="Value">The size, or -1 when it is left open.</param>
/// <param name="Name">The symbolic name, empty when there is none.</param>
public readonly record struct Dimension(int Value, string Name)
{
    /// <summary>True when the file gives no number.</summary>
    public bool IsOpen => Value < 0;

    /// <summary>The number, the name, or <c>?</c>.</summary>
    public override string ToString() => IsOpen ? (Name.Length > 0 ? Name : "?") : Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
