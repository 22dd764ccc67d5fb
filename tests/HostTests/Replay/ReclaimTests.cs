using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;
using Xunit;

namespace MicroLake.HostTests.Replay;

/// <summary>Eviction policies over strings short enough to follow by hand.</summary>
public sealed class ReclaimTests
{
    /// <summary>The string of Silberschatz, Galvin and Gagne's chapter on virtual memory; with 3 frames 15, 12 and 9 faults of 20.</summary>
    private static readonly int[] s_textbook = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];

    /// <summary>Belady's string: with FIFO, 4 frames have more faults (10) than 3 (9).</summary>
    private static readonly int[] s_anomaly = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];

    [Theory]
    [InlineData("fifo", 15)]
    [InlineData("lru", 12)]
    [InlineData("belady", 9)]
    [InlineData("clock", 14)]
    public void Textbook_faults(string policy, int faults) => Assert.Equal(faults, Faults(policy, s_textbook, 3));

    [Theory]
    [InlineData("fifo", 3, 9)]
    [InlineData("fifo", 4, 10)]
    [InlineData("lru", 3, 10)]
    [InlineData("lru", 4, 8)]
    [InlineData("belady", 3, 7)]
    [InlineData("belady", 4, 6)]
    [InlineData("clock", 3, 9)]
    public void Beladys_anomaly(string policy, int frames, int faults) => Assert.Equal(faults, Faults(policy, s_anomaly, frames));

    /// <summary>The string of Stallings' chapter on virtual memory.</summary>
    [Theory]
    [InlineData("clock", 8)]
    [InlineData("fifo", 9)]
    [InlineData("lru", 7)]
    [InlineData("belady", 6)]
    public void Another_textbook_s_faults(string policy, int faults) => Assert.Equal(faults, Faults(policy, [2, 3, 2, 1, 5, 2, 4, 5, 3, 2, 5, 2], 3));

    [Fact]
    public void Lfu_keeps_what_is_used_often_and_of_equal_ones_what_was_used_last()
    {
        // 1 is used twice; of 2 and 3, both used once, 2 is older and leaves for 4; then 3 for 2.
        Assert.Equal(5, Faults("lfu", [1, 1, 2, 3, 4, 1, 2], 3));
        Assert.Equal(4, Faults("lfu", [1, 1, 2, 3, 4, 3, 1], 3));
        Assert.Equal(11, Faults("lfu", s_textbook, 3));
    }

    [Fact]
    public void Frequency_remembers_uses_before_an_object_left()
    {
        // 2 and 3 push each other out of two frames beside 1, used twice, until 2 has been used as often as 1; LFU forgets that every time.
        AccessTrace trace = AccessTrace.Of([1, 1, 2, 3, 2, 3, 2, 3]);
        Assert.Equal(3, ReclaimReplay.Replay(trace, Capacity.OfObjects(2), new FrequencyPolicy(3), TestContext.Current.CancellationToken).Hits);
        Assert.Equal(1, ReclaimReplay.Replay(trace, Capacity.OfObjects(2), new LfuPolicy(3), TestContext.Current.CancellationToken).Hits);
    }

    [Fact]
    public void Lists_share_their_objects()
    {
        var lists = new ObjectList(4, 3);
        lists.AddLast(2, 1);
        lists.AddLast(0, 1);
        lists.AddLast(3, 2);
        Assert.Equal((true, false, false), (lists.IsEmpty(0), lists.IsEmpty(1), lists.IsEmpty(2)));
        lists.Remove(0);
        lists.AddLast(0, 2);
        Assert.Equal((2, 3, 0), (lists.TakeFirst(1), lists.TakeFirst(2), lists.TakeFirst(2)));
        Assert.True(lists.IsEmpty(1) && lists.IsEmpty(2));
    }

    [Fact]
    public void A_cache_of_bytes_makes_room_for_sizes()
    {
        // Objects 0 (60 bytes), 1 (50), 0, 2 (200: larger than all), 1.
        AccessTrace trace = new([0, 1, 0, 2, 1], [60, 50, 60, 200, 50], 3);
        ObjectCache cache = ReclaimReplay.Replay(trace, Capacity.Parse("100B"), new LruPolicy(3), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (cache.Hits, cache.HitBytes));
        cache = ReclaimReplay.Replay(trace, Capacity.Parse("110B"), new LruPolicy(3), TestContext.Current.CancellationToken);
        Assert.Equal((2, 110), (cache.Hits, cache.HitBytes));
    }

    [Fact]
    public void No_policy_beats_belady_and_all_are_repeatable()
    {
        OnnxModel model = SmallModel();
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            int[] accesses = [.. Enumerable.Range(0, 600).Select(_ => random.Next(2) == 0 ? random.Next(8) : random.Next(60))];
            int frames = 2 + random.Next(20);
            ReplayReport report = ReclaimReplay.Run(AccessTrace.Of(accesses), Capacity.OfObjects(frames), null, model, TestContext.Current.CancellationToken);
            ReplayReport again = ReclaimReplay.Run(AccessTrace.Of(accesses), Capacity.OfObjects(frames), null, model, TestContext.Current.CancellationToken);
            foreach (PolicyName policy in ReclaimReplay.Policies)
            {
                Assert.True(report.Number(policy.Name, "hits") <= report.Number("belady", "hits"), policy.Name);
                Assert.Equal(report.Number(policy.Name, "hits"), again.Number(policy.Name, "hits"));
            }
        }
    }

    [Fact]
    public void The_guard_follows_a_heuristic_when_the_network_is_wrong()
    {
        // A network that evicts what will be used soonest, on a working set that fits LRU well.
        var random = new SeededRandom(1);
        int[] accesses = [.. Enumerable.Range(0, 15_000).Select(i => i / 3000 * 50 + random.Next(40))];
        ReplayReport report = ReclaimReplay.Run(AccessTrace.Of(accesses), Capacity.OfObjects(45), null, Only("age", sign: -1), TestContext.Current.CancellationToken);
        double lru = report.Number("lru", "hits"), guarded = report.Number("mm-reuse", "hits"), alone = report.Number("mm-reuse-unguarded", "hits");
        Assert.True(alone < 0.9 * lru, $"{alone} of {lru}");
        Assert.True(guarded > 0.96 * lru, $"{guarded} of {lru}");
    }

    [Fact]
    public void It_is_known_what_heuristics_beside_hold()
    {
        var beside = new HeuristicsBeside(3, Capacity.OfObjects(2));
        int[] accesses = [0, 0, 1, 2];
        for (int now = 0; now < accesses.Length; now++)
        {
            beside.Use(accesses[now]);
            _ = beside.Lru.Access(accesses[now], 1, now);
            _ = beside.MostUsed.Access(accesses[now], 1, now);
        }

        // LRU lets 0 go, the uses of all time keep it.
        Assert.Equal([2, 1, 3], [beside.HoldersOf(0), beside.HoldersOf(1), beside.HoldersOf(2)]);
        Assert.Equal((1, 2, 0f), (beside.NextOfLru, beside.NextOfMostUsed, beside.LeadOfLru));
        beside.Use(0);
        Assert.True(beside.LeadOfLru < 0);
    }

    /// <summary>What a network is told of uses here is what LFU goes by.</summary>
    [Fact]
    public void A_network_may_do_as_lfu_does()
    {
        OnnxModel model = Only("uses_here", sign: -1);
        for (int seed = 0; seed < 10; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            AccessTrace trace = AccessTrace.Of([.. Enumerable.Range(0, 1000).Select(_ => random.Next(2) == 0 ? random.Next(6) : random.Next(40))]);
            ReplayReport report = ReclaimReplay.Run(trace, Capacity.OfObjects(8), null, model, TestContext.Current.CancellationToken);
            Assert.Equal(report.Number("lfu", "hits"), report.Number("mm-reuse-unguarded", "hits"));
        }
    }

    [Theory]
    [InlineData("4000", 4000, false)]
    [InlineData("64MiB", 64 << 20, true)]
    [InlineData("3kib", 3 << 10, true)]
    [InlineData("7B", 7, true)]
    public void Capacities(string text, long amount, bool bytes)
    {
        Capacity capacity = Capacity.Parse(text);
        Assert.Equal((amount, bytes), (capacity.Amount, capacity.IsBytes));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("1.5GiB")]
    [InlineData("99999999999999999999")]
    [InlineData("9999999GiB")]
    [InlineData("MiB")]
    public void Bad_capacities(string text) => Assert.Throws<ReplayException>(() => Capacity.Parse(text));

    internal static OnnxModel SmallModel() =>
        OnnxModel.Load(OnnxWriter.Write(DenseNetwork.Create([ReuseFeatures.Count, 4, 1], Activation.Relu, Activation.Identity, new(3)), "small", []));

    /// <summary>A network whose result is one feature with a sign.</summary>
    private static OnnxModel Only(string feature, double sign)
    {
        DenseNetwork network = DenseNetwork.Create([ReuseFeatures.Count, 1], Activation.Relu, Activation.Identity, new(3));
        Array.Clear(network.Layers[0].Weights);
        network.Layers[0].Weights[ReuseFeatures.Names.Index().Single(f => f.Item.Name == feature).Index] = sign;
        return OnnxModel.Load(OnnxWriter.Write(network, feature, []));
    }

    private static long Faults(string policy, int[] accesses, int frames)
    {
        AccessTrace trace = AccessTrace.Of(accesses);
        Capacity capacity = Capacity.OfObjects(frames);
        return trace.Length - ReclaimReplay.Replay(trace, capacity, ReclaimReplay.Create(policy, trace, capacity, SmallModel()), TestContext.Current.CancellationToken).Hits;
    }
}
