namespace MicroLake.Nn.Operators;

/// <summary>ONNX multidirectional broadcasting (operator set 7 and later, the rules of NumPy).</summary>
internal static class Broadcasting
{
    /// <summary>The common shape of <paramref name="a"/> and <paramref name="b"/>, or false when they do not fit.</summary>
    public static bool TryCombine(Shape a, Shape b, out Shape result)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> dimensions = stackalloc int[Shape.MaxRank];
        for (int i = 0; i < rank; i++)
        {
            int x = Aligned(a, rank, i), y = Aligned(b, rank, i);
            if (x != y && x != 1 && y != 1)
            {
                result = default;
                return false;
            }

            dimensions[i] = x == 1 ? y : x;
        }

        result = new(dimensions[..rank]);
        return true;
    }

    /// <summary>Element strides of <paramref name="shape"/> along each dimension of <paramref name="target"/>, 0 where it is repeated.</summary>
    public static int[] Strides(Shape shape, Shape target)
    {
        int[] strides = new int[target.Rank];
        int stride = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape[axis] != 1)
                strides[axis + target.Rank - shape.Rank] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary>True when row i of a result of rank <paramref name="rank"/> takes row i of <paramref name="value"/>, or the same
    /// part of it for every row.</summary>
    public static bool FitsRows(Planning.PlanValue value, int rank) =>
        value.PerRow ? value.Shape.Rank == rank : value.Shape.Rank < rank || value.Shape[0] == 1;

    private static int Aligned(Shape shape, int rank, int axis)
    {
        int own = axis - (rank - shape.Rank);
        return own < 0 ? 1 : shape[own];
    }
}
