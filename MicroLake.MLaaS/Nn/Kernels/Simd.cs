using System.Runtime.Intrinsics;

namespace MicroLake.Nn.Kernels;

/// <summary>Constants of <see cref="ISimd{TSelf}"/>.</summary>
internal static class Simd
{
    /// <summary>The bits of the least NaN with the sign bit set, as an integer; those of negative numbers are less.</summary>
    public const int FirstNegativeNaN = unchecked((int)0xFF800001);
}

/// <summary>A vector of float32 lanes. Kernels are written once over this and compiled for each width.</summary>
/// <remarks>Whether a multiply-add is fused differs from width to width; nothing relies on it.</remarks>
internal unsafe interface ISimd<TSelf> where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Width { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    static abstract void Store(TSelf value, float* target);

    /// <summary>Stores the first <paramref name="count"/> lanes, 0 &lt; count &lt; Width, and touches no memory behind them.</summary>
    static abstract void StorePartial(TSelf value, float* target, int count);

    static abstract TSelf Add(TSelf a, TSelf b);

    static abstract TSelf Subtract(TSelf a, TSelf b);

    static abstract TSelf Multiply(TSelf a, TSelf b);

    /// <summary>a * b, with <paramref name="b"/> read by the multiplication itself.</summary>
    static abstract TSelf Multiply(TSelf a, float* b);

    static abstract TSelf Divide(TSelf a, TSelf b);

    /// <summary>a * b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>a * b + c, with <paramref name="b"/> read by the multiplication itself: a load of its own is one more instruction, which
    /// counts where instructions are interpreted.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, float* b, TSelf c);

    /// <summary>The greater of each pair of lanes; a NaN in <paramref name="a"/> wins.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The lesser of each pair of lanes; a NaN in <paramref name="a"/> wins.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>0 for negative lanes, the lane itself for others and for NaN.</summary>
    static abstract TSelf Relu(TSelf value);

    /// <summary>0 where <paramref name="by"/> is negative or -0, <paramref name="value"/> elsewhere, also where <paramref name="by"/> is NaN.</summary>
    static abstract TSelf Gate(TSelf value, TSelf by);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf And(TSelf a, TSelf b);

    /// <summary>For each lane <paramref name="a"/> where <paramref name="x"/> &lt; <paramref name="y"/>, else <paramref name="b"/>.</summary>
    static abstract TSelf SelectLess(TSelf x, TSelf y, TSelf a, TSelf b);

    /// <summary>Adds the low bits of <paramref name="n"/>, as an integer, to the exponent of <paramref name="value"/>.</summary>
    static abstract TSelf AddExponent(TSelf value, TSelf n);

    /// <summary>Lanes 0 to 3 plus lanes 4 to 7 and so on.</summary>
    static abstract Vector128<float> Fold(TSelf value);

    /// <summary>Sum of all lanes.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The sums of all lanes of four vectors.</summary>
    static abstract Vector128<float> Sum(TSelf a, TSelf b, TSelf c, TSelf d);
}
