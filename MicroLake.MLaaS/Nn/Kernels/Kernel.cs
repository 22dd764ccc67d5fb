namespace MicroLake.Nn.Kernels;

/// <summary>One step of a plan: reads and writes memory through the plan's slot table.</summary>
/// <remarks>Lengths were fixed when the plan was made, and the session checks the caller's memory against them on every run; a
/// kernel checks nothing.</remarks>
internal abstract unsafe class Kernel
{
    /// <summary>Evaluates the step. <paramref name="slots"/> holds the address of each value.</summary>
    public abstract void Run(byte** slots);
}
