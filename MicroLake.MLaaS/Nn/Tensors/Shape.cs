namespace MicroLake.Nn;

/// <summary>The dimensions of a tensor, outermost first, none negative. A scalar has rank 0 and one element.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>More dimensions than any model that this library is for; keeps index arithmetic in fixed buffers.</summary>
    public const int MaxRank = 16;

    private readonly int[]? _dimensions;

    /// <summary>Makes a shape of <paramref name="dimensions"/>.</summary>
    /// <exception cref="ArgumentException">A dimension is negative, or there are more than <see cref="MaxRank"/>.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
            throw new ArgumentException($"A shape has at most {MaxRank} dimensions, not {dimensions.Length}.", nameof(dimensions));
        foreach (int d in dimensions)
            ArgumentOutOfRangeException.ThrowIfNegative(d, nameof(dimensions));
        _dimensions = dimensions.ToArray();
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>The dimension at <paramref name="axis"/>.</summary>
    public int this[Index axis] => Dimensions[axis];

    /// <summary>Product of all dimensions, saturating at <see cref="long.MaxValue"/>.</summary>
    public long Count => CountFrom(0);

    /// <summary>Product of the dimensions from <paramref name="axis"/> on, saturating.</summary>
    public long CountFrom(int axis) => Product(Dimensions[axis..]);

    /// <summary>Product of the dimensions before <paramref name="axis"/>, saturating.</summary>
    public long CountTo(int axis) => Product(Dimensions[..axis]);

    /// <summary>This shape with the dimension at <paramref name="axis"/> replaced.</summary>
    public Shape With(int axis, int dimension)
    {
        int[] copy = Dimensions.ToArray();
        copy[axis] = dimension;
        return new(copy);
    }

    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int d in Dimensions)
            hash.Add(d);
        return hash.ToHashCode();
    }

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>As <c>[2, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions ?? [])}]";

    private static long Product(ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Contains(0))
            return 0;
        long product = 1;
        foreach (int d in dimensions)
        {
            if (product > long.MaxValue / d)
                return long.MaxValue;
            product *= d;
        }
        return product;
    }
}
