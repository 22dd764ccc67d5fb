using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Kernels;

/// <summary>Where a kernel finds its operands, and which instructions it should use.</summary>
internal sealed class KernelContext(ComputeBackend backend, PlanValue?[] inputs, PlanValue output, int scratch, PackedWeights packed)
{
    public ComputeBackend Backend => backend;

    /// <summary>Weights in the layouts that kernels want, shared by all sessions of a model.</summary>
    public PackedWeights Packed => packed;

    public PlanValue?[] Inputs => inputs;

    public int OutputSlot => output.Root.Slot;

    /// <summary>True when the output has slack behind it, false when it is the caller's memory.</summary>
    public bool OutputInArena { get; init; }

    public int ScratchSlot => scratch;

    public int InputSlot(int index) => inputs[index]!.Root.Slot;
}
