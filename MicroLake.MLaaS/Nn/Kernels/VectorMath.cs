using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>Elementary functions of float32 vectors.</summary>
internal static class VectorMath
{
    // Within these e^x and all intermediate results are normal float32 numbers.
    private const float MaxExponent = 88f;
    private const float MinExponent = -87f;

    // Adding 1.5 * 2^23 rounds a float of small magnitude to an integer, which then stands in the low bits.
    private const float RoundingMagic = 12582912f;

    /// <summary>e^x, with a relative error below 2^-22; x is held within the range of normal float32 results.</summary>
    /// <remarks>Range reduction to |r| &lt;= ln(2)/2 with ln 2 in two parts (Cody and Waite), then the Taylor polynomial of degree 7.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector>(TVector x) where TVector : struct, ISimd<TVector>
    {
        x = TVector.Min(TVector.Max(x, TVector.Broadcast(MinExponent)), TVector.Broadcast(MaxExponent));
        TVector magic = TVector.Broadcast(RoundingMagic);
        TVector shifted = TVector.MultiplyAdd(x, TVector.Broadcast(1.44269504f), magic);
        TVector n = TVector.Subtract(shifted, magic);
        TVector r = TVector.MultiplyAdd(n, TVector.Broadcast(-0.693359375f), x);
        r = TVector.MultiplyAdd(n, TVector.Broadcast(2.12194440e-4f), r);
        TVector p = TVector.Broadcast(1f / 5040);
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f / 720));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f / 120));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f / 24));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f / 6));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(0.5f));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f));
        p = TVector.MultiplyAdd(p, r, TVector.Broadcast(1f));
        return TVector.AddExponent(p, shifted);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid<TVector>(TVector x) where TVector : struct, ISimd<TVector>
    {
        TVector one = TVector.Broadcast(1f);
        return TVector.Divide(one, TVector.Add(one, Exp(TVector.Subtract(TVector.Zero, x))));
    }

    /// <summary>tanh x: (e^2x - 1) / (e^2x + 1), and near 0, where that cancels, the Taylor polynomial of degree 9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh<TVector>(TVector x) where TVector : struct, ISimd<TVector>
    {
        TVector one = TVector.Broadcast(1f);
        // Beyond 10 the result is 1 to the last bit; the clamp keeps e^2x finite. NaN passes through.
        TVector clamped = TVector.Min(TVector.Max(x, TVector.Broadcast(-10f)), TVector.Broadcast(10f));
        TVector e = Exp(TVector.Add(clamped, clamped));
        TVector far = TVector.Divide(TVector.Subtract(e, one), TVector.Add(e, one));

        TVector square = TVector.Multiply(x, x);
        TVector p = TVector.Broadcast(62f / 2835);
        p = TVector.MultiplyAdd(p, square, TVector.Broadcast(-17f / 315));
        p = TVector.MultiplyAdd(p, square, TVector.Broadcast(2f / 15));
        p = TVector.MultiplyAdd(p, square, TVector.Broadcast(-1f / 3));
        p = TVector.MultiplyAdd(TVector.Multiply(p, square), x, x);
        return TVector.SelectLess(square, TVector.Broadcast(0.0625f), p, far);
    }
}
