using System.Runtime.InteropServices;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// Head of a network in whole numbers: one block of memory with everything in it, addresses among it as distances from its start, so that it
/// may be copied anywhere.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FixedNetwork
{
    public const int MaxLayers = 8;

    /// <summary>Bytes of the block; a multiple of the alignment.</summary>
    public int Bytes;

    public int Layers, Inputs, Outputs;

    /// <summary>Where the inputs' scales (float) lie, their bounds (short, least then most), and two rows of activations (short).</summary>
    public int InputScales, InputBounds, Activations, OtherActivations;

    /// <summary>Outputs of the last layer: their sums times this.</summary>
    public float OutputScale;

    /// <summary>Where the first <see cref="FixedLayer"/> lies.</summary>
    public int FirstLayer;
}
