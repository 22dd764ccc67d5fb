using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.Nn.Kernels;

/// <summary>Runs a <see cref="PackedNetwork"/> on a row of features, from any context: nothing but the block and the features is touched.</summary>
/// <remarks>Sums may overflow on the way, their results do not: that was proven when the block was made, and whole numbers wrap around.</remarks>
internal static unsafe class PackedKernel
{
    private const int HighHalvesOfBoth = 0b11_01_11_01;
    private const int LowQuarters = 0x20;
    private const int HighQuarters = 0x31;

    /// <summary>The decision for features.</summary>
    public static long Run(void* state, long* features)
    {
        if (!Avx2.IsSupported)
            return RunReference(state, features);

        var network = (PackedNetwork*)state;
        Vector256<short> x = Avx2.PackSignedSaturate(
            HighHalves(Take(network, features, 0), Take(network, features, 4)), HighHalves(Take(network, features, 8), Take(network, features, 12)));
        Vector256<int> sums = Vector256<int>.Zero;
        PackedGroup* group = (PackedGroup*)(network + 1), end = group + network->Groups;
        do
        {
            Vector256<int> units = Avx2.ShiftRightArithmetic(Sums(group->Weights, x) + Vector256.Load(group->Bias), PackedNetwork.SumShift);
            sums += Vector256.Max(units, Vector256<int>.Zero) * Vector256.Load(group->Share);
            group++;
        }
        while (group != end);
        Vector128<int> half = sums.GetLower() + sums.GetUpper();
        half = Ssse3.HorizontalAdd(half, half);
        return Decision(network, Ssse3.HorizontalAdd(half, half).ToScalar());
    }

    /// <summary>The same by plain loops: what the vector kernel is held against.</summary>
    public static long RunReference(void* state, long* features)
    {
        var network = (PackedNetwork*)state;
        long* x = stackalloc long[PackedNetwork.Lanes];
        for (int i = 0; i < PackedNetwork.Lanes; i++)
        {
            long value = network->Masks[i] == 0 ? 0 : features[i];
            value = Math.Max(Math.Min(value, network->Most[i]), network->Least[i]) - network->Least[i];
            x[PackedNetwork.LaneOf(i)] = value << (int)network->Shifts[i] >> PackedNetwork.ValuePlace;
        }

        var group = (PackedGroup*)(network + 1);
        long sum = 0;
        for (long unit = 0; unit < network->Groups * PackedGroup.Units; unit++)
        {
            PackedGroup* of = group + unit / PackedGroup.Units;
            long index = unit % PackedGroup.Units, activation = of->Bias[index];
            for (int i = 0; i < PackedNetwork.Lanes; i++)
                activation += x[i] * of->Weights[index * PackedNetwork.Lanes + i];
            // 64 bits, which do not wrap around: where the vector kernel's sums do, they differ.
            sum += Math.Max(activation >> PackedNetwork.SumShift, 0) * of->Share[index];
        }

        return Decision(network, sum);
    }

    /// <summary>The plan has seen to it that this is within the range of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Decision(PackedNetwork* network, double sum)
    {
        double decision = sum * network->Scale + network->Offset;
        return Sse2.X64.IsSupported ? Sse2.X64.ConvertToInt64WithTruncation(Vector128.CreateScalarUnsafe(decision)) : (long)decision;
    }

    /// <summary>Four features, taken to their ranges, counted from the least and shifted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Take(PackedNetwork* network, long* features, int first)
    {
        // The tables follow each other from the start on; to ask for each by its name tests the pointer each time.
        var tables = (long*)network;
        Vector256<long> value = Avx2.MaskLoad(features + first, Vector256.Load(tables + first));
        Vector256<long> least = Vector256.Load(tables + (PackedNetwork.Lanes + first)), most = Vector256.Load(tables + (2 * PackedNetwork.Lanes + first));
        value = Avx2.BlendVariable(value, most, Avx2.CompareGreaterThan(value, most));
        value = Avx2.BlendVariable(value, least, Avx2.CompareGreaterThan(least, value));
        return Avx2.ShiftLeftLogicalVariable(value - least, Vector256.Load(tables + (3 * PackedNetwork.Lanes + first)).AsUInt64());
    }

    /// <summary>The upper 32 bits of eight numbers, in the order of <see cref="PackedNetwork.LaneOf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> HighHalves(Vector256<long> a, Vector256<long> b) => Avx.Shuffle(a.AsSingle(), b.AsSingle(), HighHalvesOfBoth).AsInt32();

    /// <summary>Eight dot products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sums(short* weights, Vector256<short> x)
    {
        Vector256<int> first = FourSums(weights, 0, x), second = FourSums(weights, 4, x);
        return Avx2.Permute2x128(first, second, LowQuarters) + Avx2.Permute2x128(first, second, HighQuarters);
    }

    /// <summary>Four dot products of the lower half of the lanes, and four of the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> FourSums(short* weights, int row, Vector256<short> x) => Avx2.HorizontalAdd(
        Avx2.HorizontalAdd(Product(weights, row, x), Product(weights, row + 1, x)), Avx2.HorizontalAdd(Product(weights, row + 2, x), Product(weights, row + 3, x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Product(short* weights, int row, Vector256<short> x) => Avx2.MultiplyAddAdjacent(x, Vector256.Load(weights + row * PackedNetwork.Lanes));
}
