using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Gemm (versions 7, 9, 11, 13): Y = alpha * A' * B' + beta * C, where A' and B' may be transposed and C is broadcast
/// to Y's shape. C may be left out since version 11; integers since version 9.</summary>
internal sealed class Gemm : Operator
{
    public override string Name => nameof(Gemm);

    public override (int Min, int Max) InputCount => (2, 3);

    public override string[] AttributeNames { get; } = ["alpha", "beta", "transA", "transB"];

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue a = context[0], b = context[1];
        PlanValue? c = context.Optional(2);
        if (c is null && context.Opset < 11)
            context.Fail($"input 2 (C) is left out, which operator set {context.Opset} does not allow. Export the model with operator set 11 or later.");
        if (context.Opset < 9)
            context.RequireType(0, ElementType.Float32, ElementType.Float64);
        context.RequireType(0, ElementType.Float32, ElementType.Float64, ElementType.Int32, ElementType.Int64, ElementType.UInt32, ElementType.UInt64);
        context.RequireSameTypes();
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2)
            context.Fail($"A is {a.Shape} and B is {b.Shape}; both must have 2 dimensions. Put a Flatten or Reshape before it.");

        bool transposeA = context.Attributes.Int("transA", 0) != 0, transposeB = context.Attributes.Int("transB", 0) != 0;
        (int m, int k) = transposeA ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        (int depth, int n) = transposeB ? (b.Shape[1], b.Shape[0]) : (b.Shape[0], b.Shape[1]);
        if (k != depth)
            context.Fail($"A is {a.Shape}{(transposeA ? " transposed" : "")} and B is {b.Shape}{(transposeB ? " transposed" : "")}: A's rows have {k} elements and B's columns {depth}. Check that the input has the width that the model was trained with.");

        var shape = new Shape(m, n);
        int[] strides = [0, 0];
        if (c is not null)
        {
            if (!Broadcasting.TryCombine(c.Shape, shape, out Shape combined) || combined != shape)
                context.Fail($"C is {c.Shape}, which cannot be repeated to the result's shape {shape}. Export the model again.");
            strides = Broadcasting.Strides(c.Shape, shape);
        }

        return new DenseNode(a, b, c, shape, new()
        {
            M = m,
            N = n,
            K = k,
            TransposeA = transposeA,
            TransposeB = transposeB,
            Alpha = context.Attributes.Float("alpha", 1),
            Beta = context.Attributes.Float("beta", 1),
            HasC = c is not null,
            CRowStride = strides[0],
            CColumnStride = strides[1],
        });
    }
}
