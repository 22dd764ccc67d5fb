namespace MicroLake.Replay.Reclaim;

/// <summary>What came first leaves first.</summary>
internal sealed class FifoPolicy(int objects) : EvictionPolicy
{
    private readonly ObjectList _list = new(objects);

    public override void Hit(int id, int now)
    {
    }

    public override void Insert(int id, int now) => _list.AddLast(id);

    public override int Victim(int now) => _list.TakeFirst();

    public override void Remove(int id) => _list.Remove(id);
}

/// <summary>A heuristic that has an order, and so knows what it would make leave next.</summary>
internal abstract class OrderedPolicy : EvictionPolicy
{
    public abstract int Next { get; }

    public override int Victim(int now)
    {
        int victim = Next;
        Remove(victim);
        return victim;
    }
}

/// <summary>What was used longest ago leaves first.</summary>
internal sealed class LruPolicy(int objects) : OrderedPolicy
{
    private readonly ObjectList _list = new(objects);

    public override void Hit(int id, int now)
    {
        _list.Remove(id);
        _list.AddLast(id);
    }

    public override void Insert(int id, int now) => _list.AddLast(id);

    public override int Next => _list.First;

    public override void Remove(int id) => _list.Remove(id);
}

/// <summary>First in, first out, but what was used since the hand last passed gets another round; to come is to be used. The list begins at the
/// hand.</summary>
internal sealed class ClockPolicy(int objects) : EvictionPolicy
{
    private readonly ObjectList _list = new(objects);
    private readonly bool[] _used = new bool[objects];

    public override void Hit(int id, int now) => _used[id] = true;

    public override void Insert(int id, int now)
    {
        _used[id] = true;
        _list.AddLast(id);
    }

    public override int Victim(int now)
    {
        while (true)
        {
            int id = _list.TakeFirst();
            if (!_used[id])
                return id;
            _used[id] = false;
            _list.AddLast(id);
        }
    }

    public override void Remove(int id) => _list.Remove(id);
}

/// <summary>What was used least often since it came leaves first; of equal ones what was used longest ago.</summary>
internal sealed class LfuPolicy(int objects) : OrderedPolicy
{
    private readonly IndexedHeap _heap = new(objects);
    private readonly int[] _uses = new int[objects];

    public override void Hit(int id, int now) => _heap.Set(id, ++_uses[id], now);

    public override void Insert(int id, int now) => _heap.Set(id, _uses[id] = 1, now);

    public override int Next => _heap.Least;

    public override void Remove(int id) => _heap.Remove(id);
}

/// <summary>What was used least often of all leaves first, uses before it last came included; of equal ones what was used longest ago. No baseline:
/// it remembers what is not here.</summary>
internal sealed class FrequencyPolicy(int objects) : OrderedPolicy
{
    private readonly IndexedHeap _heap = new(objects);
    private readonly int[] _uses = new int[objects];

    public override void Observe(int id, long size, int now) => _uses[id]++;

    public override void Hit(int id, int now) => _heap.Set(id, _uses[id], now);

    public override void Insert(int id, int now) => _heap.Set(id, _uses[id], now);

    public override int Next => _heap.Least;

    public override void Remove(int id) => _heap.Remove(id);

    public override void Forget(int id) => _uses[id] = 0;
}

/// <summary>Perfect knowledge (Belady's MIN): what is used again last leaves first. The best there is for objects of equal size; sizes that
/// differ are not looked at.</summary>
internal sealed class BeladyPolicy(int objects, int[] nextUses) : EvictionPolicy
{
    private readonly IndexedHeap _heap = new(objects);

    public override void Hit(int id, int now) => Insert(id, now);

    public override void Insert(int id, int now) => _heap.Set(id, -nextUses[now], id);

    public override int Victim(int now) => _heap.Take();

    public override void Remove(int id) => _heap.Remove(id);
}
