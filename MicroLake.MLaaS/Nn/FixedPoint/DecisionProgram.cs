using System.Runtime.InteropServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// A decision as code and one block of memory: whole numbers go in, are transformed and scaled, a network in whole numbers runs, and a whole
/// number comes out. The code takes nothing of the runtime and allocates nothing, so it may run in the scheduler.
/// </summary>
public static unsafe class DecisionProgram
{
    private const int Align = 64;

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public int Inputs;
        public int FirstInput;
        public int Row;
        public int Network;
        public int LogOutput;
        public float OutputOffset, OutputScale;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Input
    {
        public int Feature;
        public int Log;
        public float Offset, Scale;
    }

    /// <summary>Address of the code: state and features in, the decision out.</summary>
    public static nint Entry => (nint)(delegate*<void*, long*, long>)&Decide;

    /// <summary>The block of memory, a multiple of 64 bytes; it may be copied to anywhere that is aligned so, and is written when the code runs.</summary>
    public static byte[] Build(FixedPointModel model, IReadOnlyList<DecisionInput> inputs, bool logOutput, float outputOffset, float outputScale)
    {
        if (model.Inputs != inputs.Count || model.Outputs != 1)
            throw new InferenceException($"The network has {model.Inputs} numbers in and {model.Outputs} out; {inputs.Count} and 1 are needed.");
        int firstInput = Up(sizeof(Head)), row = firstInput + Up(inputs.Count * sizeof(Input));
        int network = row + Up(inputs.Count * sizeof(float));
        byte[] state = new byte[network + Up(model.Block.Length)];
        fixed (byte* start = state)
        {
            *(Head*)start = new Head
            {
                Inputs = inputs.Count,
                FirstInput = firstInput,
                Row = row,
                Network = network,
                LogOutput = logOutput ? 1 : 0,
                OutputOffset = outputOffset,
                OutputScale = outputScale,
            };
            for (int i = 0; i < inputs.Count; i++)
                ((Input*)(start + firstInput))[i] = new Input
                {
                    Feature = inputs[i].Feature,
                    Log = inputs[i].Log ? 1 : 0,
                    Offset = inputs[i].Offset,
                    Scale = inputs[i].Scale,
                };
        }

        model.Block.CopyTo(state.AsSpan(network));
        return state;
    }

    /// <summary>A decision by a block of <see cref="Build"/>, as the code of <see cref="Entry"/> makes it.</summary>
    /// <param name="state">The block.</param>
    /// <param name="features">As many as the greatest number of an input says.</param>
    public static long Run(byte[] state, ReadOnlySpan<long> features)
    {
        fixed (byte* block = state)
        fixed (long* from = features)
            return Decide(block, from);
    }

    private static long Decide(void* state, long* features)
    {
        var block = (byte*)state;
        var head = (Head*)block;
        var input = (Input*)(block + head->FirstInput);
        var row = (float*)(block + head->Row);
        for (int i = 0; i < head->Inputs; i++, input++)
        {
            long value = features[input->Feature];
            float x = input->Log != 0 ? MathF.Log2(1 + (value > 0 ? value : 0)) : value;
            row[i] = (x - input->Offset) * input->Scale;
        }

        float y;
        FixedKernels.Run((FixedNetwork*)(block + head->Network), row, &y);
        y = y * head->OutputScale + head->OutputOffset;
        if (head->LogOutput != 0)
            y = MathF.Pow(2, y) - 1;
        return (long)y;
    }

    private static int Up(int bytes) => (bytes + Align - 1) / Align * Align;
}
