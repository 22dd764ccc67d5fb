using MicroLake.Policies.Execution;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Verification;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>The verifier's arithmetic: what it says of a result holds for every result. Seeded; thousands of sets and numbers of each operation.</summary>
public sealed class ScalarTests
{
    private static readonly int[] s_codes = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0];
    private static readonly int[] s_comparisons = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xA0, 0xB0, 0xC0, 0xD0];

    [Fact]
    public void Every_result_of_arithmetic_is_in_the_result_of_the_sets()
    {
        for (int seed = 0; seed < 60_000; seed++)
        {
            var random = new Random(seed);
            Instruction instruction = Arithmetic1(random);
            Scalar a = Set(random, out ulong x), b = Set(random, out ulong y);
            Scalar result = ScalarArithmetic.Compute(instruction, a, b);
            ulong concrete = Arithmetic.Compute(instruction, x, y);
            Assert.True(result.Contains(concrete), $"seed {seed}: {InstructionText.Of([instruction], 0)} of {x:x} in {a} and {y:x} in {b} is {concrete:x}, not in {result}");
        }
    }

    [Fact]
    public void What_a_comparison_tells_holds_for_every_pair_with_its_outcome()
    {
        int narrowed = 0;
        for (int seed = 0; seed < 60_000; seed++)
        {
            var random = new Random(seed);
            Instruction instruction = new(s_comparisons[random.Next(s_comparisons.Length)] | (random.Next(2) == 0 ? 5 : 6) | 8, 1, 2, 0, 0);
            Scalar a = Set(random, out ulong x), b = Set(random, out ulong y), a1 = a, b1 = b;
            bool holds = Arithmetic.Holds(instruction, x, y);
            string what = $"seed {seed}: {InstructionText.Of([instruction], 0)} for {x:x} in {a} and {y:x} in {b}";
            Assert.True(ScalarComparison.TryRefine(instruction, holds, ref a1, ref b1), $"{what}: possible");
            Assert.True(a1.Contains(x) && b1.Contains(y), $"{what}: {a1} and {b1}");
            Assert.True(a.Covers(a1) && b.Covers(b1), what);
            narrowed += a1.Covers(a) && b1.Covers(b) ? 0 : 1;
            ScalarComparison.TryRefine(instruction, !holds, ref a, ref b);
        }

        Assert.InRange(narrowed, 5_000, 60_000);
    }

    [Fact]
    public void Sign_extension_and_truncation_hold_every_number()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            Scalar a = Set(random, out ulong x);
            Assert.True(a.ExtendSign(8).Contains((ulong)(sbyte)x) && a.ExtendSign(16).Contains((ulong)(short)x) && a.ExtendSign(32).Contains((ulong)(int)x), $"seed {seed}");
            Assert.True(a.Truncate(1).Contains((byte)x) && a.Truncate(2).Contains((ushort)x) && a.Truncate(4).Contains((uint)x), $"seed {seed}");
        }
    }

    private static Instruction Arithmetic1(Random random)
    {
        int code = s_codes[random.Next(s_codes.Length)], width = random.Next(2) == 0 ? 7 : 4;
        return code switch
        {
            0xD0 => new(code | width | (width == 4 ? random.Next(2) * 8 : 0), 1, 0, 0, 16 << random.Next(3)),
            0x80 => new(code | width, 1, 0, 0, 0),
            0x30 or 0x90 => new(code | width | 8, 1, 2, random.Next(2), 0),
            0xB0 => new(code | width | 8, 1, 2, new[] { 0, 8, 16, width == 7 ? 32 : 0 }[random.Next(4)], 0),
            _ => new(code | width | 8, 1, 2, 0, 0),
        };
    }

    /// <summary>A set, and a number that is in it.</summary>
    private static Scalar Set(Random random, out ulong member)
    {
        ulong x = Number(random);
        member = x;
        Scalar set = Scalar.Unknown;
        if (random.Next(4) == 0)
            return Scalar.Constant(x);
        if (random.Next(2) == 0)
        {
            ulong mask = Number(random);
            set.Bits = new(x & ~mask, mask);
        }

        if (random.Next(2) == 0)
        {
            ulong below = Number(random) >> random.Next(64), above = Number(random) >> random.Next(64);
            set.Min = below > x ? 0 : x - below;
            set.Max = above > ulong.MaxValue - x ? ulong.MaxValue : x + above;
        }

        if (random.Next(2) == 0)
        {
            long below = (long)(Number(random) >> 1 + random.Next(63)), above = (long)(Number(random) >> 1 + random.Next(63));
            set.SignedMin = (Int128)(long)x - below < long.MinValue ? long.MinValue : (long)x - below;
            set.SignedMax = (Int128)(long)x + above > long.MaxValue ? long.MaxValue : (long)x + above;
        }

        Assert.True(set.Tighten() && set.Contains(x));
        return set;
    }

    private static ulong Number(Random random) => random.Next(6) switch
    {
        0 => (ulong)random.Next(70),
        1 => (ulong)-random.Next(70),
        2 => (ulong)random.NextInt64() >> random.Next(64),
        3 => 1ul << random.Next(64),
        4 => (uint)random.Next(int.MinValue, int.MaxValue),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };
}
