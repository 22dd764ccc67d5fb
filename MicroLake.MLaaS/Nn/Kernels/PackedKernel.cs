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

    /// <summary>Where the tables begin, in numbers of theirs.</summary>
    private const int FirstTable = PackedNetwork.HeadBytes / sizeof(long);

    /// <summary>Pairs of features that a wide network takes at a time.</summary>
    private const int PairsEach = PackedNetwork.WideStep / 2;

    /// <summary>What runs a block.</summary>
    public static delegate*<void*, long*, long> EntryOf(ReadOnlySpan<byte> block)
    {
        fixed (byte* network = block)
            return ((PackedNetwork*)network)->Features == PackedNetwork.Lanes ? &Run : &RunWide;
    }

    /// <summary>The decision for at most 16 features, which stay in one register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Run(void* state, long* features)
    {
        if (!Avx2.IsSupported)
            return RunReference(state, features);

        var network = (PackedNetwork*)state;
        Vector256<short> x = Avx2.PackSignedSaturate(
            HighHalves(Take(network, PackedNetwork.Lanes, features, 0), Take(network, PackedNetwork.Lanes, features, 4)),
            HighHalves(Take(network, PackedNetwork.Lanes, features, 8), Take(network, PackedNetwork.Lanes, features, 12)));
        Vector256<int> sums = Vector256<int>.Zero;
        byte* group = (byte*)network + PackedView.BytesBeforeGroups(PackedNetwork.Lanes);
        long left = network->GroupBytes;
        do
        {
            sums += Shares(Sums((short*)group, x), (int*)group, PackedNetwork.Units * PackedNetwork.Lanes / 2);
            group += PackedView.BytesOfGroup(PackedNetwork.Lanes / 2);
            left -= PackedView.BytesOfGroup(PackedNetwork.Lanes / 2);
        }
        while (left != 0);
        return Decision(network, sums);
    }

    /// <summary>The decision for at most 32 features. Units are in lanes, so no sum goes across them; features come from memory, two by two, as many as there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long RunWide(void* state, long* features)
    {
        if (!Avx2.IsSupported)
            return RunReference(state, features);

        var network = (PackedNetwork*)state;
        int* values = network->Values, last = values + network->Pairs;
        var tables = (long*)network;
        for (int* pair = values; pair != last; pair += PairsEach)
        {
            Vector256<int> x = HighHalves(Take(tables, PackedNetwork.WideLanes, features, 0), Take(tables, PackedNetwork.WideLanes, features, 4));
            Sse2.PackSignedSaturate(x.GetLower(), x.GetUpper()).AsInt32().Store(pair);
            tables += PackedNetwork.WideStep;
            features += PackedNetwork.WideStep;
        }

        Vector256<int> sums = Vector256<int>.Zero;
        byte* group = (byte*)network + PackedView.BytesBeforeGroups(PackedNetwork.WideLanes), end = group + network->GroupBytes;
        do
        {
            Vector256<int> units = Vector256<int>.Zero;
            for (int* pair = values; pair != last; pair += PairsEach)
            {
                var weights = (short*)group;
                units += Product(pair, weights, 0) + Product(pair, weights, 1) + (Product(pair, weights, 2) + Product(pair, weights, 3));
                group += PairsEach * 2 * PackedNetwork.Units * sizeof(short);
            }

            sums += Shares(units, (int*)group, 0);
            group += 2 * PackedNetwork.Units * sizeof(int);
        }
        while (group != end);
        return Decision(network, sums);
    }

    /// <summary>The same by plain loops: what the vector kernels are held against.</summary>
    public static long RunReference(void* state, long* features)
    {
        var network = new PackedView((PackedNetwork*)state);
        long* x = stackalloc long[PackedNetwork.WideLanes];
        for (int i = 0; i < network.Features; i++)
            x[i] = network.ToValue(i, network.Masks[i] == 0 ? 0 : Math.Max(Math.Min(features[i], network.Most[i]), network.Least[i]));

        long sum = 0;
        for (int unit = 0; unit < network.Units; unit++)
        {
            long activation = *network.Bias(unit);
            for (int i = 0; i < network.Features; i++)
                activation += x[i] * *network.Weight(unit, i);
            // 64 bits, which do not wrap around: where the vector kernels' sums do, they differ.
            sum += Math.Max(activation >> PackedNetwork.SumShift, 0) * *network.Share(unit);
        }

        return Decision(network.Head, sum);
    }

    /// <summary>The plan has seen to it that this is within the range of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Decision(PackedNetwork* network, double sum)
    {
        double decision = sum * network->Scale + network->Offset;
        return Sse2.X64.IsSupported ? Sse2.X64.ConvertToInt64WithTruncation(Vector128.CreateScalarUnsafe(decision)) : (long)decision;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Decision(PackedNetwork* network, Vector256<int> sums)
    {
        Vector128<int> half = sums.GetLower() + sums.GetUpper();
        half = Ssse3.HorizontalAdd(half, half);
        return Decision(network, Ssse3.HorizontalAdd(half, half).ToScalar());
    }

    /// <summary>What eight units count in the decision, by their sums; biases and then shares begin at a number of their group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Shares(Vector256<int> sums, int* group, int bias) => Vector256.Max(
        Avx2.ShiftRightArithmetic(sums + Vector256.Load(group + bias), PackedNetwork.SumShift), Vector256<int>.Zero) * Vector256.Load(group + (bias + PackedNetwork.Units));

    /// <summary>Four features from one on, taken to their ranges, counted from the least and shifted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Take(void* block, int lanes, long* features, int first)
    {
        // Tables follow each other at constant distances; to ask for each by its name tests the pointer each time.
        var start = (long*)block;
        Vector256<long> value = Avx2.MaskLoad(features + first, Vector256.Load(start + (FirstTable + first)));
        Vector256<long> least = Vector256.Load(start + (FirstTable + lanes + first)), most = Vector256.Load(start + (FirstTable + 2 * lanes + first));
        value = Avx2.BlendVariable(value, most, Avx2.CompareGreaterThan(value, most));
        value = Avx2.BlendVariable(value, least, Avx2.CompareGreaterThan(least, value));
        return Avx2.ShiftLeftLogicalVariable(value - least, Vector256.Load(start + (FirstTable + 3 * lanes + first)).AsUInt64());
    }

    /// <summary>The upper 32 bits of eight numbers: 0, 1, 4, 5 in the lower half, 2, 3, 6, 7 in the upper.</summary>
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

    /// <summary>What a pair of features counts for each of eight units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Product(int* pairs, short* weights, int pair) => Avx2.MultiplyAddAdjacent(
        Avx2.BroadcastScalarToVector256(pairs + pair).AsInt16(), Vector256.Load(weights + pair * 2 * PackedNetwork.Units));
}
