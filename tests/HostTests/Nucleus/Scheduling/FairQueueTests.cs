using MicroLake.Nucleus.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Scheduling;

public sealed unsafe class FairQueueTests : IDisposable
{
    private const int Nodes = 2_000;
    private const ulong Width = 1ul << FairQueue.WidthShift;
    private const ulong Horizon = FairQueue.Buckets * Width;

    private readonly NativeBuffer _queueMemory = new((ulong)sizeof(FairQueue), fill: 0);
    private readonly NativeBuffer _nodeMemory = new((ulong)(Nodes * sizeof(FairQueueNode)), fill: 0);
    private readonly FairQueue* _queue;
    private readonly FairQueueNode* _nodes;

    public FairQueueTests()
    {
        _queue = (FairQueue*)_queueMemory.Pointer;
        _nodes = (FairQueueNode*)_nodeMemory.Pointer;
        _queue->Initialize();
    }

    public void Dispose()
    {
        _queueMemory.Dispose();
        _nodeMemory.Dispose();
    }

    [Fact]
    public void Nobody_is_ready_at_first()
    {
        Assert.True(_queue->Peek() is null);
        Assert.True(_queue->TakeFirst() is null);
        Assert.False(_queue->Cancel(_nodes));
        Assert.Equal(0UL, _queue->Count);
    }

    [Fact]
    public void A_node_is_queued_once()
    {
        Assert.True(_queue->Insert(_nodes, 5));
        Assert.False(_queue->Insert(_nodes, 1));
        Assert.Equal(5UL, _nodes->Key);
        Assert.True(_queue->Peek() == _nodes);
        Assert.True(_queue->TakeFirst() == _nodes);
        Assert.False(_nodes->IsQueued);
        Assert.False(_queue->Cancel(_nodes));
    }

    /// <summary>The least bucket first, whatever is far ahead or long behind and whoever arrives; the calendar goes round many times.</summary>
    [Theory]
    [InlineData(1, 3, 4)]
    [InlineData(2, 60, 4)]
    [InlineData(3, Nodes, 4)]
    [InlineData(4, 60, 400)]
    [InlineData(5, Nodes, 4_000)]
    public void Random_use_agrees_with_a_search_for_the_least(int seed, int nodes, int milliseconds)
    {
        var random = new Random(seed);
        var model = new Dictionary<int, ulong>();
        ulong floor = 0;
        for (int step = 0; step < 30_000; step++)
        {
            int i = random.Next(nodes);
            Assert.Equal(model.ContainsKey(i), _nodes[i].IsQueued);
            switch (random.Next(5))
            {
                case 0 or 1:
                    // Mostly inside of the calendar, as without a module.
                    ulong behind = Math.Min(floor, (ulong)random.Next(random.Next(10) == 0 ? 100_000_000 : 3_000_000));
                    ulong key = random.Next(3) == 0 ? floor - behind : floor + (ulong)(random.NextInt64(milliseconds * 1_000_000L));
                    Assert.Equal(model.TryAdd(i, key), _queue->Insert(_nodes + i, key, arrives: random.Next(2) == 0));
                    break;
                case 2:
                    Assert.Equal(model.Remove(i), _queue->Cancel(_nodes + i));
                    break;
                default:
                    FairQueueNode* peeked = _queue->Peek();
                    FairQueueNode* node = _queue->TakeFirst();
                    Assert.True(peeked == node);
                    Assert.Equal(model.Count == 0, node is null);
                    if (node is null)
                    {
                        // One that runs while nobody is queued, for much longer than the calendar is.
                        if (random.Next(2) == 0)
                            _queue->Reach(floor += (ulong)random.NextInt64(1_000_000_000));
                        break;
                    }

                    int taken = (int)(node - _nodes);
                    Assert.Equal(model[taken], node->Key);
                    Assert.Equal(model.Values.Min() / Width, node->Key / Width);
                    model.Remove(taken);
                    floor = Math.Max(floor, node->Key);
                    break;
            }

            Assert.Equal((ulong)model.Count, _queue->Count);
            Assert.Equal(floor, _queue->Floor);
        }

        while (model.Count != 0)
        {
            FairQueueNode* node = _queue->TakeFirst();
            Assert.Equal(model.Values.Min() / Width, node->Key / Width);
            model.Remove((int)(node - _nodes));
        }

        Assert.True(_queue->TakeFirst() is null);
    }

    [Fact]
    public void Within_a_bucket_the_one_that_came_first_goes_first()
    {
        for (int i = 0; i < 100; i++)
            Assert.True(_queue->Insert(_nodes + i, (10 * Width) + (ulong)(100 - i)));
        // An earlier one in between does not cost the first its place.
        Assert.True(_queue->Insert(_nodes + 100, 9 * Width));
        Assert.True(_queue->TakeFirst() == _nodes + 100);
        Assert.True(_queue->Cancel(_nodes + 50));
        for (int i = 0; i < 100; i++)
            if (i != 50)
                Assert.True(_queue->TakeFirst() == _nodes + i);
    }

    [Fact]
    public void An_arrival_goes_before_the_first_if_its_key_is_less()
    {
        Assert.True(_queue->Insert(_nodes, (10 * Width) + 5));
        Assert.True(_queue->Insert(_nodes + 1, (10 * Width) + 4));
        Assert.True(_queue->Insert(_nodes + 2, (10 * Width) + 3, arrives: true));
        // Not before one with the same key: those that come again and again would keep it waiting.
        Assert.True(_queue->Insert(_nodes + 3, (10 * Width) + 3, arrives: true));
        Assert.True(_queue->Insert(_nodes + 4, (10 * Width) + 6, arrives: true));
        foreach (int i in (int[])[2, 0, 1, 3, 4])
            Assert.True(_queue->TakeFirst() == _nodes + i);
    }

    /// <summary>Threads that each let the next one in and then take turns: nobody waits for a turn of all who are in before.</summary>
    [Fact]
    public void Those_that_arrive_one_by_one_are_in_after_as_many_turns()
    {
        const ulong Turn = 600, Arrival = 100 * Width;
        int arrived = 1, turns = 0;
        Assert.True(_queue->Insert(_nodes, Arrival, arrives: true));
        var wasIn = new bool[Nodes];
        while (arrived < Nodes)
        {
            FairQueueNode* node = _queue->TakeFirst();
            turns++;
            if (!wasIn[node - _nodes])
            {
                wasIn[node - _nodes] = true;
                Assert.True(_queue->Insert(_nodes + arrived++, Arrival, arrives: true));
            }

            Assert.True(_queue->Insert(node, node->Key + Turn));
        }

        Assert.InRange(turns, 1, 2 * Nodes);
    }

    [Fact]
    public void A_key_beyond_the_calendar_waits_until_its_turn_has_come()
    {
        Assert.True(_queue->Insert(_nodes, 0));
        Assert.True(_queue->Insert(_nodes + 1, 1000 * Horizon));
        Assert.True(_queue->Insert(_nodes + 2, 3 * Horizon));
        Assert.True(_queue->Insert(_nodes + 3, ulong.MaxValue));
        Assert.True(_queue->TakeFirst() == _nodes);
        // The calendar comes as far as the one in the heap: that one was there before.
        ulong key = 0;
        while (key < 3 * Horizon)
        {
            key += 5 * Width;
            Assert.True(_queue->Insert(_nodes, key));
            FairQueueNode* first = _queue->TakeFirst();
            if (first != _nodes)
            {
                Assert.True(first == _nodes + 2);
                Assert.True(key / Width >= 3 * Horizon / Width);
                Assert.True(_queue->TakeFirst() == _nodes);
            }
        }

        Assert.True(_queue->TakeFirst() == _nodes + 1);
        Assert.True(_queue->TakeFirst() == _nodes + 3);
        Assert.Equal(0UL, _queue->Count);
    }

    [Fact]
    public void Those_from_before_the_calendar_go_before_all_that_are_in_their_places_in_their_order()
    {
        Assert.True(_queue->Insert(_nodes, 1000 * Width));
        Assert.True(_queue->TakeFirst() == _nodes);
        Assert.True(_queue->Insert(_nodes, 1000 * Width));
        Assert.True(_queue->Insert(_nodes + 1, Width));
        Assert.True(_queue->Insert(_nodes + 2, 0));
        Assert.True(_queue->Insert(_nodes + 3, 500 * Width));
        Assert.True(_queue->Insert(_nodes + 4, 400 * Width));
        foreach (int i in (int[])[2, 1, 4, 3])
            Assert.True(_queue->TakeFirst() == _nodes + i);
        Assert.True(_queue->TakeFirst() == _nodes);
    }
}
