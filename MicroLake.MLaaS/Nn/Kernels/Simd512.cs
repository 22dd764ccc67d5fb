using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>16 lanes: AVX-512F.</summary>
internal readonly unsafe struct Simd512(Vector512<float> value) : ISimd<Simd512>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _value = value;

    public static int Width => 16;

    public static Simd512 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector512<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Simd512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Simd512 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd512 value, float* target, int count)
    {
        Vector256<float> rest = value._value.GetLower();
        if (count >= 8)
        {
            rest.Store(target);
            if (count == 8)
                return;
            target += 8;
            count -= 8;
            rest = value._value.GetUpper();
        }

        Simd256.StorePartial(new(rest), target, count);
    }

    [MethodImpl(Inline)]
    public static Simd512 Add(Simd512 a, Simd512 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Simd512 Subtract(Simd512 a, Simd512 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Simd512 Multiply(Simd512 a, Simd512 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Simd512 Multiply(Simd512 a, float* b) => new(a._value * Vector512.Load(b));

    [MethodImpl(Inline)]
    public static Simd512 Divide(Simd512 a, Simd512 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) =>
        Avx512F.IsSupported ? new(Avx512F.FusedMultiplyAdd(a._value, b._value, c._value)) : new(a._value * b._value + c._value);

    [MethodImpl(Inline)]
    public static Simd512 MultiplyAdd(Simd512 a, float* b, Simd512 c) =>
        Avx512F.IsSupported ? new(Avx512F.FusedMultiplyAdd(a._value, Vector512.Load(b), c._value)) : new(a._value * Vector512.Load(b) + c._value);

    // MAXPS and MINPS return the second operand when either is NaN.
    [MethodImpl(Inline)]
    public static Simd512 Max(Simd512 a, Simd512 b) =>
        Avx512F.IsSupported ? new(Avx512F.Max(b._value, a._value)) : new(Vector512.ConditionalSelect(Vector512.LessThan(a._value, b._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd512 Min(Simd512 a, Simd512 b) =>
        Avx512F.IsSupported ? new(Avx512F.Min(b._value, a._value)) : new(Vector512.ConditionalSelect(Vector512.LessThan(b._value, a._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd512 Relu(Simd512 value) => Gate(value, value);

    [MethodImpl(Inline)]
    public static Simd512 Gate(Simd512 value, Simd512 by) =>
        new(Vector512.AndNot(value._value, Vector512.LessThan(by._value.AsInt32(), Vector512.Create(Simd.FirstNegativeNaN)).AsSingle()));

    [MethodImpl(Inline)]
    public static Simd512 And(Simd512 a, Simd512 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Simd512 SelectLess(Simd512 x, Simd512 y, Simd512 a, Simd512 b) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x._value, y._value), a._value, b._value));

    [MethodImpl(Inline)]
    public static Simd512 AddExponent(Simd512 value, Simd512 n) =>
        new((value._value.AsInt32() + Vector512.ShiftLeft(n._value.AsInt32(), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static Vector128<float> Fold(Simd512 value) => Simd256.Fold(value.Fold());

    [MethodImpl(Inline)]
    public static float Sum(Simd512 value) => Simd256.Sum(new(value._value.GetLower() + value._value.GetUpper()));

    [MethodImpl(Inline)]
    public static Vector128<float> Sum(Simd512 a, Simd512 b, Simd512 c, Simd512 d) =>
        Simd256.Sum(a.Fold(), b.Fold(), c.Fold(), d.Fold());

    [MethodImpl(Inline)]
    private Simd256 Fold() => new(_value.GetLower() + _value.GetUpper());
}
