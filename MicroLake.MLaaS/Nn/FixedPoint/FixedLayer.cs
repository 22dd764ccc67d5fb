using System.Runtime.InteropServices;

namespace MicroLake.Nn.FixedPoint;

/// <summary>A layer of a <see cref="FixedNetwork"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FixedLayer
{
    public FixedKernel Kernel;

    /// <summary>Outputs, and how many are computed: whole vectors.</summary>
    public int Outputs, PaddedOutputs;

    /// <summary>Inputs, and how many are read: whole vectors for dot products.</summary>
    public int Inputs, PaddedInputs;

    /// <summary>Where weights and biases lie.</summary>
    public int Weights, Bias;

    /// <summary>1: negative sums become 0.</summary>
    public int Relu;

    /// <summary>By how many bits a sum of 32 bits is shifted to the right to be an activation of the next layer.</summary>
    public int Shift;

    public int Padding;
}

/// <summary>How a layer of whole numbers is computed.</summary>
internal enum FixedKernel
{
    /// <summary>16-bit sums of the low halves of products, which hold all of each: an output in each lane.</summary>
    Low16 = 0,

    /// <summary>16-bit sums of products divided by 2^15 and rounded: an output in each lane.</summary>
    High16 = 1,

    /// <summary>32-bit sums of products: an output in each lane.</summary>
    Wide32 = 2,

    /// <summary>32-bit sums of products: dot products, for few outputs.</summary>
    Dot32 = 3,
}
