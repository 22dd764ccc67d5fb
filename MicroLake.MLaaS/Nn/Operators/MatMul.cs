using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX MatMul (versions 1, 9, 13): the products of the matrices in the last two dimensions, the dimensions before them
/// broadcast, as numpy.matmul does it; integers since version 9.</summary>
internal sealed class MatMul : Operator
{
    public override string Name => nameof(MatMul);

    public override (int Min, int Max) InputCount => (2, 2);

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue a = context[0], b = context[1];
        if (context.Opset < 9)
            context.RequireType(0, ElementType.Float32, ElementType.Float64);
        context.RequireType(0, ElementType.Float32, ElementType.Float64, ElementType.Int32, ElementType.Int64, ElementType.UInt32, ElementType.UInt64);
        context.RequireSameTypes();
        if (a.Shape.Rank == 0 || b.Shape.Rank == 0)
            context.Fail($"the inputs are {a.Shape} and {b.Shape}; a scalar cannot be multiplied as a matrix. Use Mul.");

        // A vector on the left is one row, on the right one column; that dimension is not in the result.
        int m = a.Shape.Rank == 1 ? 1 : a.Shape[^2], k = a.Shape[^1];
        int depth = b.Shape.Rank == 1 ? b.Shape[0] : b.Shape[^2], n = b.Shape.Rank == 1 ? 1 : b.Shape[^1];
        if (k != depth)
            context.Fail($"the inputs are {a.Shape} and {b.Shape}: rows of the first have {k} elements, columns of the second {depth}. Check that the input has the width that the model was trained with.");
        Shape aBatch = Leading(a.Shape), bBatch = Leading(b.Shape);
        if (!Broadcasting.TryCombine(aBatch, bBatch, out Shape batch))
            context.Fail($"the inputs are {a.Shape} and {b.Shape}: the dimensions before the last two do not fit. Check the model's dimensions and the batch.");

        int[] dimensions = [.. batch.Dimensions, .. a.Shape.Rank == 1 ? [] : new[] { m }, .. b.Shape.Rank == 1 ? [] : new[] { n }];
        if (dimensions.Length > Shape.MaxRank)
            context.Fail($"the result has {dimensions.Length} dimensions; at most {Shape.MaxRank} are supported.");
        var shape = new Shape(dimensions);
        // One matrix B for all of A: A's matrices, one below the other, are one tall matrix.
        bool tall = bBatch.Count == 1 && aBatch.Count * m <= int.MaxValue;
        if (!tall && batch.Count > 1 << 20)
            context.Fail($"it multiplies {batch.Count} pairs of matrices; at most {1 << 20} are supported.");
        return new DenseNode(a, b, null, shape, new()
        {
            M = tall ? (int)aBatch.Count * m : m,
            N = n,
            K = k,
            AMatrix = tall ? [0] : MatrixNumbers(aBatch, batch),
            BMatrix = tall ? [0] : MatrixNumbers(bBatch, batch),
        });
    }

    private static Shape Leading(Shape shape) => shape.Rank <= 2 ? new() : new(shape.Dimensions[..^2]);

    /// <summary>For each product, the number of the matrix that an operand with leading dimensions <paramref name="own"/> gives to it.</summary>
    private static int[] MatrixNumbers(Shape own, Shape batch)
    {
        int[] strides = Broadcasting.Strides(own, batch);
        int[] numbers = new int[batch.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            int rest = i;
            for (int axis = batch.Rank - 1; axis >= 0; axis--)
            {
                numbers[i] += rest % batch[axis] * strides[axis];
                rest /= batch[axis];
            }
        }

        return numbers;
    }
}
