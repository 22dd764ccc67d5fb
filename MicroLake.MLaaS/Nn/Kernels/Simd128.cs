using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>4 lanes: SSE2. No fused multiply-add even where there is one: processors that have it have wider vectors too, and emulators,
/// where these kernels win, compute it in software.</summary>
internal readonly unsafe struct Simd128(Vector128<float> value) : ISimd<Simd128>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> _value = value;

    public static int Width => 4;

    public static Simd128 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector128<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Simd128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Simd128 value, float* target) => value._value.Store(target);

    [MethodImpl(Inline)]
    public static void StorePartial(Simd128 value, float* target, int count)
    {
        if ((count & 2) != 0)
        {
            Unsafe.WriteUnaligned(target, value._value.AsInt64().ToScalar());
            if ((count & 1) != 0)
                target[2] = value._value.GetElement(2);
        }
        else
        {
            *target = value._value.ToScalar();
        }
    }

    [MethodImpl(Inline)]
    public static Simd128 Add(Simd128 a, Simd128 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Simd128 Subtract(Simd128 a, Simd128 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Simd128 Multiply(Simd128 a, Simd128 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Simd128 Multiply(Simd128 a, float* b) => new(a._value * Vector128.Load(b));

    [MethodImpl(Inline)]
    public static Simd128 Divide(Simd128 a, Simd128 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) =>
        new(a._value * b._value + c._value);

    [MethodImpl(Inline)]
    public static Simd128 MultiplyAdd(Simd128 a, float* b, Simd128 c) =>
        new(a._value * Vector128.Load(b) + c._value);

    // MAXPS and MINPS return the second operand when either is NaN.
    [MethodImpl(Inline)]
    public static Simd128 Max(Simd128 a, Simd128 b) =>
        Sse.IsSupported ? new(Sse.Max(b._value, a._value)) : new(Vector128.ConditionalSelect(Vector128.LessThan(a._value, b._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd128 Min(Simd128 a, Simd128 b) =>
        Sse.IsSupported ? new(Sse.Min(b._value, a._value)) : new(Vector128.ConditionalSelect(Vector128.LessThan(b._value, a._value), b._value, a._value));

    [MethodImpl(Inline)]
    public static Simd128 Relu(Simd128 value) => Gate(value, value);

    // Two integer instructions, which an emulator runs several times faster than a float one. As integers, negative numbers (infinity
    // and zero too) lie below the NaNs that have the sign bit set.
    [MethodImpl(Inline)]
    public static Simd128 Gate(Simd128 value, Simd128 by) =>
        new(Vector128.AndNot(value._value, Vector128.LessThan(by._value.AsInt32(), Vector128.Create(Simd.FirstNegativeNaN)).AsSingle()));

    [MethodImpl(Inline)]
    public static Simd128 And(Simd128 a, Simd128 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Simd128 SelectLess(Simd128 x, Simd128 y, Simd128 a, Simd128 b) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(x._value, y._value), a._value, b._value));

    [MethodImpl(Inline)]
    public static Simd128 AddExponent(Simd128 value, Simd128 n) =>
        new((value._value.AsInt32() + Vector128.ShiftLeft(n._value.AsInt32(), 23)).AsSingle());

    [MethodImpl(Inline)]
    public static Vector128<float> Fold(Simd128 value) => value._value;

    [MethodImpl(Inline)]
    public static float Sum(Simd128 value) => Vector128.Sum(value._value);

    [MethodImpl(Inline)]
    public static Vector128<float> Sum(Simd128 a, Simd128 b, Simd128 c, Simd128 d) => Sse3.IsSupported
        ? Sse3.HorizontalAdd(Sse3.HorizontalAdd(a._value, b._value), Sse3.HorizontalAdd(c._value, d._value))
        : Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d));
}
