namespace MicroLake.Nn;

/// <summary>A tensor whose value is known at load: a weight, an attribute, or something computed from these.</summary>
internal sealed class ConstantTensor
{
    public ConstantTensor(ElementType type, Shape shape, AlignedBuffer buffer)
    {
        Type = type;
        Shape = shape;
        Buffer = buffer;
    }

    public ConstantTensor(ElementType type, Shape shape, ReadOnlySpan<byte> bytes)
        : this(type, shape, new AlignedBuffer(bytes.Length)) => bytes.CopyTo(Buffer.Bytes);

    public ElementType Type { get; }

    public Shape Shape { get; }

    public AlignedBuffer Buffer { get; }

    public ReadOnlySpan<T> As<T>() where T : unmanaged => Buffer.As<T>();
}
