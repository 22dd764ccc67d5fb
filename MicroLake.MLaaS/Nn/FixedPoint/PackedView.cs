namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// Where the parts of a <see cref="PackedNetwork"/> lie: behind the head four tables with a number for each feature, then the groups, each of which is the
/// weights, biases and shares of eight units. The kernels know; all others ask here.
/// </summary>
/// <param name="network">The head, of which the number of features and pairs is set.</param>
internal readonly unsafe struct PackedView(PackedNetwork* network)
{
    public const int Tables = 4;

    public PackedNetwork* Head => network;

    public int Features => (int)network->Features;

    public int Units => (int)network->GroupBytes / BytesOfGroup((int)network->Pairs) * PackedNetwork.Units;

    /// <summary>By feature: -1 where it is read, and 0 where it is not.</summary>
    public long* Masks => (long*)(network + 1);

    /// <summary>By feature: the range that it is taken to.</summary>
    public long* Least => Masks + Features;

    /// <inheritdoc cref="Least"/>
    public long* Most => Least + Features;

    /// <summary>By feature: how far what it is above the least is shifted to the left, so that it begins at bit <see cref="PackedNetwork.ValuePlace"/>.</summary>
    public long* Shifts => Most + Features;

    /// <summary>Bytes before the groups, a multiple of 64.</summary>
    public static int BytesBeforeGroups(int features) => PackedNetwork.HeadBytes + Tables * features * sizeof(long);

    /// <summary>Bytes of a group, a multiple of 64.</summary>
    public static int BytesOfGroup(int pairs) => PackedNetwork.Units * (pairs * 2 * sizeof(short) + 2 * sizeof(int));

    /// <summary>The lane of a feature in a vector of all: where the kernel's packing leaves it.</summary>
    public static int LaneOf(int feature) => (feature >> 1 & 1) * (PackedNetwork.Lanes / 2) + feature / 4 * 2 + (feature & 1);

    /// <summary>The place of the pair of features that one is of in a wide network: where the kernel's packing leaves it.</summary>
    public static int PairOf(int feature) => feature / PackedNetwork.WideStep * (PackedNetwork.WideStep / 2) + (feature >> 1 & 1) * 2 + (feature >> 2 & 1);

    /// <summary>What a feature counts for a unit: in a row for the unit; in a wide network beside the other feature of its pair, in a row for the pair.</summary>
    public short* Weight(int unit, int feature)
    {
        int place = unit % PackedNetwork.Units;
        return Group(unit) + (Features == PackedNetwork.Lanes
            ? place * PackedNetwork.Lanes + LaneOf(feature)
            : (PairOf(feature) * PackedNetwork.Units + place) * 2 + (feature & 1));
    }

    /// <summary>What is added to a unit's sum.</summary>
    public int* Bias(int unit) => (int*)(Group(unit) + PackedNetwork.Units * network->Pairs * 2) + unit % PackedNetwork.Units;

    /// <summary>What a unit counts in the decision.</summary>
    public int* Share(int unit) => Bias(unit) + PackedNetwork.Units;

    /// <summary>The whole number that a feature within its range becomes.</summary>
    public long ToValue(int feature, long value) => value - Least[feature] << (int)Shifts[feature] >> PackedNetwork.ValuePlace;

    private short* Group(int unit) => (short*)((byte*)network + BytesBeforeGroups(Features) + unit / PackedNetwork.Units * BytesOfGroup((int)network->Pairs));
}
