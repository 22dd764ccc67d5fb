namespace MicroLake.Nn.Planning;

/// <summary>The kernels of a plan.</summary>
/// <param name="Backend">Their instructions.</param>
/// <param name="StacksLayers">Whether dense layers that follow each other run as one kernel.</param>
internal readonly record struct KernelChoice(ComputeBackend Backend, bool StacksLayers);
