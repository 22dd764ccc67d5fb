using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>A node made ready for known shapes.</summary>
internal abstract class PreparedNode
{
    protected PreparedNode(ElementType outputType, Shape outputShape)
    {
        OutputType = outputType;
        OutputShape = outputShape;
    }

    public ElementType OutputType { get; }

    public Shape OutputShape { get; }

    /// <summary>True when the output is the first input's bytes under another shape or name.</summary>
    public virtual bool IsView => false;

    /// <summary>True when the kernel may write its output over the first input, if both have the same size.</summary>
    public virtual bool CanRunInPlace => false;

    /// <summary>Bytes of working memory that the kernel wants.</summary>
    public virtual long ScratchBytes => 0;

    /// <summary>Rough number of element operations of one run; saturating.</summary>
    public virtual long Work => OutputShape.Count;

    /// <summary>True when row i of the output (its first dimension) depends on row i alone of each input that is given by rows.</summary>
    /// <param name="inputs">The node's inputs; <see cref="PlanValue.PerRow"/> tells which are given by rows.</param>
    public abstract bool PreservesRows(ReadOnlySpan<PlanValue?> inputs);

    /// <summary>This node with Relu applied to its output, or null when it cannot take one.</summary>
    public virtual PreparedNode? WithRelu() => null;

    /// <summary>Makes the kernel for <paramref name="context"/>'s backend.</summary>
    public abstract Kernel CreateKernel(KernelContext context);
}
