using MicroLake.Nucleus.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Scheduling;

public sealed unsafe class KeyedHeapTests : IDisposable
{
    private const int Nodes = 200_000;

    private readonly NativeBuffer _buffer = new((ulong)(Nodes * sizeof(KeyedHeapNode)), fill: 0);
    private readonly KeyedHeapNode* _nodes;
    private KeyedHeap _queue;

    public KeyedHeapTests()
    {
        _nodes = (KeyedHeapNode*)_buffer.Pointer;
        _queue.Initialize();
    }

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Nobody_sleeps_at_first()
    {
        Assert.True(_queue.Peek() is null);
        Assert.True(_queue.TakeUpTo(ulong.MaxValue) is null);
        Assert.Equal(ulong.MaxValue, _queue.LeastKey);
        Assert.False(_queue.Cancel(_nodes));
    }

    [Fact]
    public void A_sleeper_wakes_at_its_deadline_and_not_before()
    {
        Assert.True(_queue.Insert(_nodes, 100));
        Assert.False(_queue.Insert(_nodes, 50));
        Assert.Equal(100UL, _queue.LeastKey);
        Assert.True(_queue.TakeUpTo(99) is null);
        Assert.True(_queue.TakeUpTo(100) == _nodes);
        Assert.False(_nodes->IsQueued);
        Assert.Equal(0UL, _queue.Count);
        Assert.True(_queue.Insert(_nodes, ulong.MaxValue));
        Assert.True(_queue.Cancel(_nodes));
        Assert.False(_queue.Cancel(_nodes));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 500)]
    [InlineData(3, 500)]
    public void Random_use_agrees_with_a_sorted_set(int seed, int nodes)
    {
        var random = new Random(seed);
        var model = new SortedSet<(ulong Key, int Node)>();
        ulong now = 0;
        for (int step = 0; step < 20_000; step++)
        {
            int i = random.Next(nodes);
            bool queued = model.Contains((_nodes[i].Key, i));
            Assert.Equal(queued, _nodes[i].IsQueued);
            switch (random.Next(4))
            {
                case 0 or 1:
                    ulong deadline = now + (ulong)random.Next(random.Next(2) == 0 ? 20 : 2000);
                    Assert.Equal(!queued, _queue.Insert(_nodes + i, deadline));
                    if (!queued)
                        model.Add((deadline, i));
                    break;
                case 2:
                    Assert.Equal(queued, _queue.Cancel(_nodes + i));
                    model.Remove((_nodes[i].Key, i));
                    break;
                default:
                    now += (ulong)random.Next(30);
                    var expected = model.TakeWhile(e => e.Key <= now).ToList();
                    var woken = new List<(ulong, int)>();
                    while (_queue.TakeUpTo(now) is var node && node is not null)
                        woken.Add((node->Key, (int)(node - _nodes)));
                    Assert.Equal(expected.Select(e => e.Key), woken.Select(w => w.Item1));
                    Assert.Equal(expected.ToHashSet(), woken.ToHashSet());
                    model.ExceptWith(expected);
                    break;
            }
            Assert.Equal((ulong)model.Count, _queue.Count);
            if (step % 50 == 0)
                Assert.Equal(model.Count, CheckHeap(_queue.Peek(), null));
            Assert.Equal(model.Count == 0 ? ulong.MaxValue : model.Min.Key, _queue.LeastKey);
        }
    }

    /// <summary>Orders that make a naive heap deep; recursion that followed the depth would overflow this small stack.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rising_and_falling_deadlines_need_no_deep_stack(bool rising)
    {
        Exception? failure = null;
        var thread = new System.Threading.Thread(
            () =>
            {
                try
                {
                    for (int i = 0; i < Nodes; i++)
                        Assert.True(_queue.Insert(_nodes + i, (ulong)(rising ? i : Nodes - i)));
                    for (int i = 0; i < Nodes; i += 2)
                        Assert.True(_queue.Cancel(_nodes + i));
                    ulong last = 0;
                    int taken = 0;
                    for (KeyedHeapNode* node; (node = _queue.TakeUpTo(ulong.MaxValue)) is not null; taken++)
                    {
                        Assert.True(node->Key >= last);
                        last = node->Key;
                    }
                    Assert.Equal(Nodes / 2, taken);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    /// <summary>The invariants that bound every operation: order, parents, ranks, and the higher rank on the left.</summary>
    /// <returns>Nodes in the subtree.</returns>
    private static int CheckHeap(KeyedHeapNode* node, KeyedHeapNode* parent)
    {
        if (node is null)
            return 0;
        Assert.True(node->Parent == parent);
        Assert.True(parent is null || parent->Key <= node->Key);
        int nodes = 1 + CheckHeap(node->Left, node) + CheckHeap(node->Right, node);
        uint left = node->Left is null ? 0 : node->Left->Rank;
        uint right = node->Right is null ? 0 : node->Right->Rank;
        Assert.True(left >= right);
        Assert.Equal(right + 1, node->Rank);
        return nodes;
    }
}
