using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>8 lanes: AVX2 and FMA3.</summary>
internal readonly unsafe struct Simd256(Vector256<float> value) : ISimd<Simd256>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _value = value;

    public static int Width => 8;

    public static Simd256 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector256<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Simd256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Simd256 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd256 value, float* target, int count)
    {
        Vector128<float> rest = value._value.GetLower();
        if (count >= 4)
        {
            rest.Store(target);
            if (count == 4)
                return;
            target += 4;
            count -= 4;
            rest = value._value.GetUpper();
        }

        Simd128.StorePartial(new(rest), target, count);
    }

    [MethodImpl(Inline)]
    public static Simd256 Add(Simd256 a, Simd256 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Simd256 Subtract(Simd256 a, Simd256 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Simd256 Multiply(Simd256 a, Simd256 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Simd256 Multiply(Simd256 a, float* b) => new(a._value * Vector256.Load(b));

    [MethodImpl(Inline)]
    public static Simd256 Divide(Simd256 a, Simd256 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) =>
        Fma.IsSupported ? new(Fma.MultiplyAdd(a._value, b._value, c._value)) : new(a._value * b._value + c._value);

    [MethodImpl(Inline)]
    public static Simd256 MultiplyAdd(Simd256 a, float* b, Simd256 c) =>
        Fma.IsSupported ? new(Fma.MultiplyAdd(a._value, Vector256.Load(b), c._value)) : new(a._value * Vector256.Load(b) + c._value);

    // MAXPS and MINPS return the second operand when either is NaN.
    [MethodImpl(Inline)]
    public static Simd256 Max(Simd256 a, Simd256 b) =>
        Avx.IsSupported ? new(Avx.Max(b._value, a._value)) : new(Vector256.ConditionalSelect(Vector256.LessThan(a._value, b._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd256 Min(Simd256 a, Simd256 b) =>
        Avx.IsSupported ? new(Avx.Min(b._value, a._value)) : new(Vector256.ConditionalSelect(Vector256.LessThan(b._value, a._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd256 Relu(Simd256 value) => Gate(value, value);

    [MethodImpl(Inline)]
    public static Simd256 Gate(Simd256 value, Simd256 by) =>
        new(Vector256.AndNot(value._value, Vector256.LessThan(by._value.AsInt32(), Vector256.Create(Simd.FirstNegativeNaN)).AsSingle()));

    [MethodImpl(Inline)]
    public static Simd256 And(Simd256 a, Simd256 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Simd256 SelectLess(Simd256 x, Simd256 y, Simd256 a, Simd256 b) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x._value, y._value), a._value, b._value));

    [MethodImpl(Inline)]
    public static Simd256 AddExponent(Simd256 value, Simd256 n) =>
        new((value._value.AsInt32() + Vector256.ShiftLeft(n._value.AsInt32(), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static Vector128<float> Fold(Simd256 value) => value._value.GetLower() + value._value.GetUpper();

    [MethodImpl(Inline)]
    public static float Sum(Simd256 value) => Vector128.Sum(value._value.GetLower() + value._value.GetUpper());

    [MethodImpl(Inline)]
    public static Vector128<float> Sum(Simd256 a, Simd256 b, Simd256 c, Simd256 d) =>
        Simd128.Sum(a.Fold(), b.Fold(), c.Fold(), d.Fold());

    [MethodImpl(Inline)]
    private Simd128 Fold() => new(Fold(this));
}
