namespace MicroLake.Nn.Kernels;

/// <summary>For each outer index, copies a piece of every input behind the one before.</summary>
internal sealed unsafe class ConcatKernel(int[] inputs, long[] pieces, int output, int outer) : Kernel
{
    public override void Run(byte** slots)
    {
        byte* y = slots[output];
        for (long i = 0; i < outer; i++)
        {
            for (int j = 0; j < inputs.Length; j++)
            {
                long bytes = pieces[j];
                Buffer.MemoryCopy(slots[inputs[j]] + i * bytes, y, bytes, bytes);
                y += bytes;
            }
        }
    }
}
