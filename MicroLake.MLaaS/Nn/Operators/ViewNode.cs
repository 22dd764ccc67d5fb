using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>The input under another shape.</summary>
internal sealed class ViewNode(PlanValue input, Shape shape) : PreparedNode(input.Type, shape)
{
    public override bool IsView => true;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) =>
        input.Shape.Rank > 0 && OutputShape.Rank > 0 && input.Shape[0] == OutputShape[0];

    public override Kernel CreateKernel(KernelContext context) =>
        new CopyKernel(context.InputSlot(0), context.OutputSlot, OutputShape.Count * OutputType.Size());
}
