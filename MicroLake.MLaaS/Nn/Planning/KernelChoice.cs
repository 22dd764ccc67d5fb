namespace MicroLake.Nn.Planning;

/// <summary>The kernels of a plan.</summary>
/// <param name="Backend">Their instructions.</param>
/// <param name="Stacking">How dense layers that follow each other run.</param>
internal readonly record struct KernelChoice(ComputeBackend Backend, LayerStacking Stacking);
