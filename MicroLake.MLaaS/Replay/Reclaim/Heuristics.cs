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
}

/// <summary>What was used longest ago leaves first.</summary>
internal sealed class LruPolicy(int objects) : EvictionPolicy
{
    private readonly ObjectList _list = new(objects);

    public override void Hit(int id, int now)
    {
        _list.Remove(id);
        _list.AddLast(id);
    }

    public override void Insert(int id, int now) => _list.AddLast(id);

    public override int Victim(int now) => _list.TakeFirst();
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
}

/// <summary>What was used least often since it came leaves first; of equal ones what was used longest ago.</summary>
internal sealed class LfuPolicy(int objects) : EvictionPolicy
{
    private readonly IndexedHeap _heap = new(objects);
    private readonly int[] _uses = new int[objects];

    public override void Hit(int id, int now) => _heap.Set(id, ++_uses[id], now);

    public override void Insert(int id, int now) => _heap.Set(id, _uses[id] = 1, now);

    public override int Victim(int now) => _heap.Take();
}

/// <summary>Perfect knowledge (Belady's MIN): what is used again last leaves first. The best there is for objects of equal size; sizes that
/// differ are not looked at.</summary>
internal sealed class BeladyPolicy(int objects, int[] nextUses) : EvictionPolicy
{
    private readonly IndexedHeap _heap = new(objects);

    public override void Hit(int id, int now) => Insert(id, now);

    public override void Insert(int id, int now) => _heap.Set(id, -nextUses[now], id);

    public override int Victim(int now) => _heap.Take();
}
