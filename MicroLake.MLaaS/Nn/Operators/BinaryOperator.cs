using System.Numerics;
using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>An arithmetic operator of two tensors with broadcasting (versions 7, 13, 14; integers of 8 and 16 bits since 14).</summary>
internal abstract class BinaryOperator<TFunction> : Operator where TFunction : IBinaryFunction
{
    public override (int Min, int Max) InputCount => (2, 2);

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue a = context[0], b = context[1];
        context.RequireSameTypes();
        if (!Broadcasting.TryCombine(a.Shape, b.Shape, out Shape shape))
            context.Fail($"the shapes {a.Shape} and {b.Shape} do not fit: two dimensions must be equal, or one of them 1. Check the model's dimensions and the batch.");
        return a.Type switch
        {
            ElementType.Float32 => new BinaryNode<TFunction, float>(a, b, shape),
            ElementType.Float64 => new BinaryNode<TFunction, double>(a, b, shape),
            ElementType.Int8 => new BinaryNode<TFunction, sbyte>(a, b, shape),
            ElementType.Int16 => new BinaryNode<TFunction, short>(a, b, shape),
            ElementType.Int32 => new BinaryNode<TFunction, int>(a, b, shape),
            ElementType.Int64 => new BinaryNode<TFunction, long>(a, b, shape),
            ElementType.UInt8 => new BinaryNode<TFunction, byte>(a, b, shape),
            ElementType.UInt16 => new BinaryNode<TFunction, ushort>(a, b, shape),
            ElementType.UInt32 => new BinaryNode<TFunction, uint>(a, b, shape),
            ElementType.UInt64 => new BinaryNode<TFunction, ulong>(a, b, shape),
            _ => Refuse(context),
        };
    }

    private static PreparedNode Refuse(NodeContext context)
    {
        context.RequireType(0, ElementType.Float32);
        throw new System.Diagnostics.UnreachableException();
    }
}

/// <summary>An arithmetic node made ready.</summary>
internal sealed class BinaryNode<TFunction, T>(PlanValue a, PlanValue b, Shape shape) : PreparedNode(a.Type, shape)
    where TFunction : IBinaryFunction
    where T : unmanaged, INumber<T>
{
    // In place only when the first operand is read in step with the result.
    public override bool CanRunInPlace => a.Shape == OutputShape;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) =>
        Broadcasting.FitsRows(a, OutputShape.Rank) && Broadcasting.FitsRows(b, OutputShape.Rank);

    public override Kernel CreateKernel(KernelContext context)
    {
        var loop = new BroadcastLoop(OutputShape, Broadcasting.Strides(a.Shape, OutputShape), Broadcasting.Strides(b.Shape, OutputShape));
        var factory = new Factory(context.InputSlot(0), context.InputSlot(1), context.OutputSlot, loop);
        return context.Backend == ComputeBackend.Scalar || typeof(T) != typeof(float)
            ? factory.CreateReference()
            : VectorFactory.Create(context.Backend, factory);
    }

    private readonly struct Factory(int a, int b, int output, BroadcastLoop loop) : IVectorFactory
    {
        public Kernel CreateReference() => new ReferenceBinary<TFunction, T>(a, b, output, loop);

        public Kernel Create<TVector>() where TVector : struct, ISimd<TVector> =>
            new VectorBinary<TFunction, TVector>(a, b, output, loop);
    }
}
