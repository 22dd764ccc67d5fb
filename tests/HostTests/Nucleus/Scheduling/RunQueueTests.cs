using MicroLake.Nucleus.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Scheduling;

public sealed unsafe class RunQueueTests : IDisposable
{
    private const int Nodes = 300;

    private readonly NativeBuffer _buffer = new((ulong)(Nodes * sizeof(RunQueueNode)), fill: 0);
    private readonly RunQueueNode* _nodes;
    private RunQueue _queue;

    public RunQueueTests()
    {
        _nodes = (RunQueueNode*)_buffer.Pointer;
        _queue.Initialize();
    }

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void An_empty_queue_has_nothing_to_give()
    {
        Assert.True(_queue.Peek() is null);
        Assert.True(_queue.TakeHighest() is null);
        Assert.Equal(-1, _queue.HighestPriority);
        _queue.Rotate(5);
        _queue.Rotate(-1);
        _queue.Rotate(64);
        Assert.Equal(0UL, _queue.Count);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.False(_queue.Dequeue(_nodes));
        _nodes->Priority = 64;
        Assert.False(_queue.Enqueue(_nodes));
        Assert.False(_queue.EnqueueFirst(_nodes));
        _nodes->Priority = 63;
        Assert.True(_queue.Enqueue(_nodes));
        Assert.False(_queue.Enqueue(_nodes));
        Assert.False(_queue.EnqueueFirst(_nodes));
        Assert.Equal(1UL, _queue.Count);
        Assert.True(_queue.Dequeue(_nodes));
        Assert.False(_queue.Dequeue(_nodes));
    }

    [Fact]
    public void The_highest_priority_goes_first_and_equals_take_turns()
    {
        byte[] priorities = [3, 63, 3, 0, 63, 32];
        for (int i = 0; i < priorities.Length; i++)
        {
            _nodes[i].Priority = priorities[i];
            Assert.True(_queue.Enqueue(_nodes + i));
        }
        Assert.Equal(63, _queue.HighestPriority);
        _queue.Rotate(63);
        Assert.Equal([4, 1, 5, 0, 2, 3], Drain());
    }

    [Fact]
    public void An_interrupted_thread_goes_back_to_the_front()
    {
        for (int i = 0; i < 3; i++)
            _queue.Enqueue(_nodes + i);
        RunQueueNode* running = _queue.TakeHighest();
        Assert.True(_queue.EnqueueFirst(running));
        Assert.Equal([0, 1, 2], Drain());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_use_agrees_with_lists(int seed)
    {
        var random = new Random(seed);
        var model = new List<int>[64];
        for (int i = 0; i < 64; i++)
            model[i] = [];
        for (int step = 0; step < 30_000; step++)
        {
            int i = random.Next(Nodes);
            int queuedAt = _nodes[i].Priority;
            bool queued = model[queuedAt].Contains(i);
            Assert.Equal(queued, _nodes[i].IsQueued);
            switch (random.Next(6))
            {
                case 0 or 1:
                    if (!queued)
                        _nodes[i].Priority = (byte)(random.Next(3) == 0 ? random.Next(64) : random.Next(3) * 31);
                    Assert.Equal(!queued, _queue.Enqueue(_nodes + i));
                    if (!queued)
                        model[_nodes[i].Priority].Add(i);
                    break;
                case 2:
                    Assert.Equal(!queued, _queue.EnqueueFirst(_nodes + i));
                    if (!queued)
                        model[queuedAt].Insert(0, i);
                    break;
                case 3:
                    Assert.Equal(queued, _queue.Dequeue(_nodes + i));
                    model[queuedAt].Remove(i);
                    break;
                case 4:
                    int level = random.Next(64);
                    _queue.Rotate(level);
                    if (model[level].Count > 0)
                    {
                        model[level].Add(model[level][0]);
                        model[level].RemoveAt(0);
                    }
                    break;
                default:
                    int highest = Array.FindLastIndex(model, l => l.Count > 0);
                    Assert.Equal(highest, _queue.HighestPriority);
                    RunQueueNode* peeked = _queue.Peek();
                    RunQueueNode* taken = _queue.TakeHighest();
                    Assert.True(peeked == taken);
                    if (highest < 0)
                    {
                        Assert.True(taken is null);
                        break;
                    }
                    Assert.Equal(model[highest][0], (int)(taken - _nodes));
                    model[highest].RemoveAt(0);
                    break;
            }
            Assert.Equal(model.Sum(l => l.Count), (int)_queue.Count);
        }
    }

    private List<int> Drain()
    {
        var order = new List<int>();
        while (_queue.TakeHighest() is var node && node is not null)
            order.Add((int)(node - _nodes));
        return order;
    }
}
