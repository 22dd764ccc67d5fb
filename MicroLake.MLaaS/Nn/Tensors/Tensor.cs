using System.Buffers;

namespace MicroLake.Nn;

/// <summary>A dense row-major tensor over memory that the caller owns.</summary>
public abstract class Tensor
{
    private protected Tensor(ElementType type, Shape shape)
    {
        ElementType = type;
        Shape = shape;
    }

    /// <summary>Type of each element.</summary>
    public ElementType ElementType { get; }

    /// <summary>Dimensions, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>A tensor of <paramref name="dimensions"/> over <paramref name="memory"/>, which must hold exactly as many elements.</summary>
    public static Tensor<T> Over<T>(Memory<T> memory, params ReadOnlySpan<int> dimensions) where T : unmanaged =>
        new(memory, new Shape(dimensions));

    /// <summary>The elements as bytes, in the machine's order.</summary>
    internal abstract ReadOnlySpan<byte> Bytes { get; }

    internal abstract MemoryHandle Pin();
}

/// <summary>A dense row-major tensor of <typeparamref name="T"/> over memory that the caller owns.</summary>
public sealed class Tensor<T> : Tensor where T : unmanaged
{
    /// <summary>A tensor over <paramref name="memory"/>.</summary>
    /// <exception cref="ArgumentException">The memory's length is not the shape's element count.</exception>
    public Tensor(Memory<T> memory, Shape shape)
        : base(ElementTypes.Of<T>(), shape)
    {
        if (memory.Length != shape.Count)
            throw new ArgumentException($"A tensor of shape {shape} has {shape.Count} elements; the memory holds {memory.Length}.", nameof(memory));
        Memory = memory;
    }

    /// <summary>The caller's memory.</summary>
    public Memory<T> Memory { get; }

    /// <summary>The elements, last dimension fastest.</summary>
    public Span<T> Span => Memory.Span;

    internal override ReadOnlySpan<byte> Bytes => System.Runtime.InteropServices.MemoryMarshal.AsBytes((ReadOnlySpan<T>)Memory.Span);

    internal override MemoryHandle Pin() => Memory.Pin();
}
