using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>A matrix product made ready: Gemm, or MatMul with any number of matrices.</summary>
internal sealed class DenseNode(PlanValue a, PlanValue b, PlanValue? c, Shape shape, DenseProblem problem)
    : PreparedNode(a.Type, shape)
{
    public override long Work => problem.Work;

    public override long ScratchBytes => OutputType == ElementType.Float32
        ? sizeof(float) * VectorDense<Simd512>.ScratchFloats(problem, b.Constant is not null)
        : 0;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs)
    {
        if (!a.PerRow || b.FromRows || problem.TransposeA || a.Shape.Rank < 2 || OutputShape.Rank != a.Shape.Rank)
            return false;
        // With one matrix for all of B, rows of A are rows of Y; otherwise the batch must be A's own first dimension.
        bool bFits = b.Shape.Rank <= 2 || b.Shape.Rank < OutputShape.Rank || b.Shape[0] == 1;
        return bFits && (c is null || Broadcasting.FitsRows(c, OutputShape.Rank));
    }

    public override PreparedNode? WithRelu() =>
        OutputType != ElementType.Float32 || problem.Relu ? null : new DenseNode(a, b, c, OutputShape, problem with { Relu = true });

    /// <summary>This product with <paramref name="bias"/> added to every row, or null when it cannot take one.</summary>
    public DenseNode? WithBias(PlanValue bias)
    {
        int n = problem.N;
        if (c is not null || problem.Relu || bias.Constant is null || bias.Type != OutputType || OutputType != ElementType.Float32)
            return null;
        bool row = bias.Shape.Rank <= OutputShape.Rank && bias.Shape.Count == n && (bias.Shape.Rank == 0 ? n == 1 : bias.Shape[^1] == n);
        return row ? new DenseNode(a, b, bias, OutputShape, problem with { HasC = true, CColumnStride = 1 }) : null;
    }

    /// <summary>Elements of B.</summary>
    public long Weights => (long)problem.N * problem.K;

    /// <summary>True for one product of rows with constant weights, and a bias that is a constant row or absent.</summary>
    public bool CanStack =>
        OutputType == ElementType.Float32 && problem.Products == 1 && !problem.TransposeA && b.Constant is { } weights
        && (c is null || (c.Constant is not null && problem.CRowStride == 0)) && !Conditioning.WantsFloat64(weights, problem);

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu => problem.Relu;

    /// <summary>True for a layer of a stack that can do the Relu of the layer before it on its products.</summary>
    public bool CanGate => CanStack && StackLayer.CanGate(b.Constant!, problem);

    /// <summary>This product as a layer of a stack; <see cref="CanStack"/> must hold.</summary>
    public StackLayer AsLayer(PackedWeights packed) => new(b.Constant!, c?.Constant, problem, packed) { TakesGates = CanGate };

    /// <summary>Rows of the product.</summary>
    public int Rows => problem.M;

    /// <summary>The operands in the order in which kernels take them.</summary>
    public PlanValue?[] Operands => c is null ? [a, b] : [a, b, c];

    public override Kernel CreateKernel(KernelContext context)
    {
        var slots = new DenseSlots(context.InputSlot(0), context.InputSlot(1), c is null ? -1 : context.InputSlot(2), context.OutputSlot, context.ScratchSlot, context.OutputInArena);
        bool vectors = OutputType == ElementType.Float32 && context.Backend != ComputeBackend.Scalar;
        if (vectors && !(b.Constant is { } weights && Conditioning.WantsFloat64(weights, problem)))
            return VectorFactory.Create(context.Backend, new Factory(problem, slots, b.Constant, c?.Constant, context.Packed));
        return OutputType switch
        {
            ElementType.Float32 => new ReferenceDense<float>(problem, slots.A, slots.B, slots.C, slots.Y),
            ElementType.Float64 => new ReferenceDense<double>(problem, slots.A, slots.B, slots.C, slots.Y),
            ElementType.Int32 => new ReferenceDense<int>(problem, slots.A, slots.B, slots.C, slots.Y),
            ElementType.Int64 => new ReferenceDense<long>(problem, slots.A, slots.B, slots.C, slots.Y),
            ElementType.UInt32 => new ReferenceDense<uint>(problem, slots.A, slots.B, slots.C, slots.Y),
            _ => new ReferenceDense<ulong>(problem, slots.A, slots.B, slots.C, slots.Y),
        };
    }

    private readonly struct Factory(DenseProblem problem, DenseSlots slots, ConstantTensor? b, ConstantTensor? c, PackedWeights packed) : IVectorFactory
    {
        public Kernel Create<TVector>() where TVector : struct, ISimd<TVector> => new VectorDense<TVector>(problem, slots, b, c, packed);
    }
}
