namespace MicroLake.Nn.Kernels;

/// <summary>Copies a value as it is.</summary>
internal sealed unsafe class CopyKernel(int input, int output, long bytes) : Kernel
{
    public override void Run(byte** slots) => Buffer.MemoryCopy(slots[input], slots[output], bytes, bytes);
}
