using System.Runtime.InteropServices;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// A small network in whole numbers that takes the features of a hook as they are: at most 32 of them, one hidden layer with Relu, one number out. The
/// transformation of features is in the weights. This is its head; <see cref="PackedView"/> says what follows in memory, with which it may be copied anywhere.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = HeadBytes)]
internal unsafe struct PackedNetwork
{
    /// <summary>Bytes of this.</summary>
    public const int HeadBytes = 128;

    /// <summary>Features that one vector holds, each in a lane of 16 bits.</summary>
    public const int Lanes = 16;

    /// <summary>Features of a wide network, which keeps them in memory, two by two.</summary>
    public const int WideLanes = 32;

    /// <summary>Features that a wide network takes at a time.</summary>
    public const int WideStep = 8;

    /// <summary>Units of the hidden layer that are computed together: a group.</summary>
    public const int Units = 8;

    /// <summary>A feature becomes a whole number of so many bits, and is not negative.</summary>
    public const int ValueBits = 15;

    /// <summary>Its bits lie so many places higher while it is shifted there.</summary>
    public const int ValuePlace = 32;

    /// <summary>By how much a unit's sum is shifted to the right.</summary>
    public const int SumShift = 16;

    /// <summary>Of a wide network: its features as whole numbers, in the order of <see cref="PackedView.PairOf"/>, while it runs.</summary>
    public fixed int Values[WideLanes / 2];

    /// <summary>The decision: the sum of the units times scale, plus offset.</summary>
    public double Scale, Offset;

    /// <summary>Bytes of all groups.</summary>
    public long GroupBytes;

    /// <summary>How many features there are tables for: <see cref="Lanes"/> or <see cref="WideLanes"/>.</summary>
    public long Features;

    /// <summary>Pairs of features that there are weights for.</summary>
    public long Pairs;
}
