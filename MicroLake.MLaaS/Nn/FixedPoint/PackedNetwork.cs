using System.Runtime.InteropServices;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// A small network in whole numbers that takes the features of a hook as they are: at most 16 of them, one hidden layer with Relu, one number out. The
/// transformation of features is in the weights. <see cref="PackedGroup"/>s follow it in memory, with which it may be copied anywhere.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PackedNetwork
{
    /// <summary>Features, each in a lane of 16 bits.</summary>
    public const int Lanes = 16;

    /// <summary>A feature becomes a whole number of so many bits, and is not negative.</summary>
    public const int ValueBits = 15;

    /// <summary>Its bits lie so many places higher while it is shifted there.</summary>
    public const int ValuePlace = 32;

    /// <summary>By how much a unit's sum is shifted to the right.</summary>
    public const int SumShift = 16;

    /// <summary>By feature: -1 where it is read, and 0 where it is not.</summary>
    public fixed long Masks[Lanes];

    /// <summary>By feature: the range that it is taken to.</summary>
    public fixed long Least[Lanes];

    /// <inheritdoc cref="Least"/>
    public fixed long Most[Lanes];

    /// <summary>By feature: how far what it is above the least is shifted to the left, so that it begins at bit <see cref="ValuePlace"/>.</summary>
    public fixed long Shifts[Lanes];

    /// <summary>The decision: the sum of the units times scale, plus offset.</summary>
    public double Scale, Offset;

    public long Groups;

    public fixed long Padding[5];

    /// <summary>The lane of a feature: where the kernel's packing leaves it.</summary>
    public static int LaneOf(int feature) => (feature >> 1 & 1) * (Lanes / 2) + feature / 4 * 2 + (feature & 1);
}

/// <summary>Eight units of the hidden layer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PackedGroup
{
    public const int Units = 8;

    /// <summary>A row of <see cref="PackedNetwork.Lanes"/> for each unit.</summary>
    public fixed short Weights[Units * PackedNetwork.Lanes];

    public fixed int Bias[Units];

    /// <summary>What each counts in the decision.</summary>
    public fixed int Share[Units];
}
