using MicroLake.Nucleus.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Scheduling;

public sealed unsafe class TimerQueueTests : IDisposable
{
    private const int Nodes = 200_000;

    private readonly NativeBuffer _buffer = new((ulong)(Nodes * sizeof(TimerNode)), fill: 0);
    private readonly TimerNode* _nodes;
    private TimerQueue _queue;

    public TimerQueueTests()
    {
        _nodes = (TimerNode*)_buffer.Pointer;
        _queue.Initialize();
    }

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Nobody_sleeps_at_first()
    {
        Assert.True(_queue.Peek() is null);
        Assert.True(_queue.TakeExpired(ulong.MaxValue) is null);
        Assert.Equal(ulong.MaxValue, _queue.NextDeadline);
        Assert.False(_queue.Cancel(_nodes));
    }

    [Fact]
    public void A_sleeper_wakes_at_its_deadline_and_not_before()
    {
        Assert.True(_queue.Insert(_nodes, 100));
        Assert.False(_queue.Insert(_nodes, 50));
        Assert.Equal(100UL, _queue.NextDeadline);
        Assert.True(_queue.TakeExpired(99) is null);
        Assert.True(_queue.TakeExpired(100) == _nodes);
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
        var model = new SortedSet<(ulong Deadline, int Node)>();
        ulong now = 0;
        for (int step = 0; step < 20_000; step++)
        {
            int i = random.Next(nodes);
            bool queued = model.Contains((_nodes[i].Deadline, i));
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
                    model.Remove((_nodes[i].Deadline, i));
                    break;
                default:
                    now += (ulong)random.Next(30);
                    var expected = model.TakeWhile(e => e.Deadline <= now).ToList();
                    var woken = new List<(ulong, int)>();
                    while (_queue.TakeExpired(now) is var node && node is not null)
                        woken.Add((node->Deadline, (int)(node - _nodes)));
                    Assert.Equal(expected.Select(e => e.Deadline), woken.Select(w => w.Item1));
                    Assert.Equal(expected.ToHashSet(), woken.ToHashSet());
                    model.ExceptWith(expected);
                    break;
            }
            Assert.Equal((ulong)model.Count, _queue.Count);
            if (step % 50 == 0)
                Assert.Equal(model.Count, CheckHeap(_queue.Peek(), null));
            Assert.Equal(model.Count == 0 ? ulong.MaxValue : model.Min.Deadline, _queue.NextDeadline);
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
                    for (TimerNode* node; (node = _queue.TakeExpired(ulong.MaxValue)) is not null; taken++)
                    {
                        Assert.True(node->Deadline >= last);
                        last = node->Deadline;
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
    private static int CheckHeap(TimerNode* node, TimerNode* parent)
    {
        if (node is null)
            return 0;
        Assert.True(node->Parent == parent);
        Assert.True(parent is null || parent->Deadline <= node->Deadline);
        int nodes = 1 + CheckHeap(node->Left, node) + CheckHeap(node->Right, node);
        uint left = node->Left is null ? 0 : node->Left->Rank;
        uint right = node->Right is null ? 0 : node->Right->Rank;
        Assert.True(left >= right);
        Assert.Equal(right + 1, node->Rank);
        return nodes;
    }
}
