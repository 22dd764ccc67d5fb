using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.GuestTests.Suites;

[Area("Vector128/256, accelerated by SSE and AVX")]
public static class VectorTests
{
    [GuestTest]
    public static void Acceleration_is_on_when_the_processor_has_it()
    {
        Check.That(Vector128.IsHardwareAccelerated);
        Check.Equal(HasAvx2(), Avx2.IsSupported);
        Check.Equal(HasAvx2(), Vector256.IsHardwareAccelerated);
    }

    [GuestTest]
    public static void Sums_by_vectors_equal_sums_by_scalars()
    {
        int[] data = [.. Enumerable.Range(0, 1003).Select(i => (i * 7919) ^ (i << 7))];
        int scalar = 0;
        foreach (int v in data)
            scalar = unchecked(scalar + v);
        Check.Equal(scalar, Sum128(data));
        Check.Equal(scalar, Sum256(data));
        Check.Equal(scalar, SumAny(data));
    }

    [GuestTest]
    public static void Every_operation_equals_its_scalar()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            float[] a = [.. Enumerable.Range(0, 8).Select(_ => (float)((random.NextDouble() * 20) - 10))];
            float[] b = [.. Enumerable.Range(0, 8).Select(_ => (float)((random.NextDouble() * 20) - 10))];
            Vector256<float> va = Vector256.Create(a), vb = Vector256.Create(b);
            Same(va + vb, a.Zip(b, (x, y) => x + y));
            Same(va * vb, a.Zip(b, (x, y) => x * y));
            Same(va / vb, a.Zip(b, (x, y) => x / y));
            Same(Vector256.Min(va, vb), a.Zip(b, MathF.Min));
            Same(Vector256.Sqrt(Vector256.Abs(va)), a.Select(x => MathF.Sqrt(MathF.Abs(x))));
            Same(Vector256.ConditionalSelect(Vector256.GreaterThan(va, vb), va, vb), a.Zip(b, (x, y) => x > y ? x : y));
        }

        static void Same(Vector256<float> v, IEnumerable<float> expected)
        {
            float[] actual = new float[8];
            v.CopyTo(actual);
            Check.Sequence(expected, actual);
        }
    }

    [GuestTest]
    public static void Shuffles_and_conversions()
    {
        Vector128<byte> bytes = Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        Vector128<byte> reversed = Vector128.Shuffle(bytes, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
        Check.Equal(15, reversed[0]);
        Check.Equal(0, reversed[15]);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Create((sbyte)-1));
        Check.Equal(Vector128.Create((short)-1), low);
        Check.Equal(low, high);
        Check.Equal(0b1111u, Vector128.Create(-1f, -2f, -3f, -4f).ExtractMostSignificantBits());
    }

    [GuestTest]
    public static void Fused_multiply_add_by_vectors()
    {
        if (!Fma.IsSupported)
            throw new SkipException("the processor has no FMA");
        Vector256<double> r = Fma.MultiplyAdd(Vector256.Create(2.0), Vector256.Create(3.0), Vector256.Create(4.0));
        Check.Equal(Vector256.Create(10.0), r);
    }

    [GuestTest]
    public static void Library_code_that_uses_vectors()
    {
        byte[] bytes = new byte[5000];
        bytes[4321] = 1;
        Check.Equal(4321, bytes.AsSpan().IndexOf((byte)1));
        string text = new string('a', 3000) + "needle" + new string('b', 3000);
        Check.Equal(3000, text.IndexOf("needle", StringComparison.Ordinal));
        Check.That(bytes.AsSpan().SequenceEqual((byte[])bytes.Clone()));
        Matrix4x4 turn = Matrix4x4.CreateRotationZ(MathF.PI / 2);
        Vector3 moved = Vector3.Transform(Vector3.UnitX, turn);
        Check.That(Vector3.Distance(Vector3.UnitY, moved) < 1e-6f);
    }

    [GuestTest]
    public static string Vector_registers_survive_preemption()
    {
        // Every thread fills all vector registers with its own numbers and looks at them again after computing for a while.
        int wrong = 0, rounds = 0;
        Thread[] threads = [.. Enumerable.Range(1, 6).Select(n => new Thread(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                if (!HoldRegisters(n * 1000))
                    Interlocked.Increment(ref wrong);
                Interlocked.Increment(ref rounds);
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(360, rounds);
        Check.Equal(0, wrong);
        return Avx2.IsSupported ? "256-bit registers" : "128-bit registers";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HoldRegisters(double seed)
    {
        Vector256<double> a = Vector256.Create(seed + 1, seed + 2, seed + 3, seed + 4), b = a + Vector256.Create(10.0),
            c = a + Vector256.Create(20.0), d = a + Vector256.Create(30.0), e = a + Vector256.Create(40.0),
            f = a + Vector256.Create(50.0), g = a + Vector256.Create(60.0), h = a + Vector256.Create(70.0);
        Vector256<double> one = Vector256.Create(1.0);
        for (int i = 0; i < 20_000; i++)
        {
            // Up and down again: exact in binary, and lives in registers throughout.
            a += one; b += one; c += one; d += one; e += one; f += one; g += one; h += one;
            a -= one; b -= one; c -= one; d -= one; e -= one; f -= one; g -= one; h -= one;
        }
        Vector256<double> expected = Vector256.Create(seed + 1, seed + 2, seed + 3, seed + 4) * Vector256.Create(8.0) + Vector256.Create(280.0);
        return a + b + c + d + e + f + g + h == expected;
    }

    private static bool HasAvx2()
    {
        const int Avx2Bit = 1 << 5;
        return X86Base.IsSupported && (X86Base.CpuId(7, 0).Ebx & Avx2Bit) != 0;
    }

    private static int Sum128(ReadOnlySpan<int> data)
    {
        Vector128<int> sum = default;
        int i = 0;
        for (; i + 4 <= data.Length; i += 4)
            sum += Vector128.Create(data[i..]);
        int rest = Vector128.Sum(sum);
        for (; i < data.Length; i++)
            rest += data[i];
        return rest;
    }

    private static int Sum256(ReadOnlySpan<int> data)
    {
        Vector256<int> sum = default;
        int i = 0;
        for (; i + 8 <= data.Length; i += 8)
            sum += Vector256.Create(data[i..]);
        int rest = Vector256.Sum(sum);
        for (; i < data.Length; i++)
            rest += data[i];
        return rest;
    }

    private static int SumAny(ReadOnlySpan<int> data)
    {
        Vector<int> sum = default;
        int i = 0;
        for (; i + Vector<int>.Count <= data.Length; i += Vector<int>.Count)
            sum += new Vector<int>(data[i..]);
        int rest = Vector.Sum(sum);
        for (; i < data.Length; i++)
            rest += data[i];
        return rest;
    }
}
