namespace MicroLake.Replay.Reclaim;

/// <summary>Numbered objects in an order, each at most once; every operation takes the same short time.</summary>
internal sealed class ObjectList
{
    private readonly int[] _next;
    private readonly int[] _previous;

    public ObjectList(int objects)
    {
        _next = new int[objects + 1];
        _previous = new int[objects + 1];
        End = objects;
        _next[End] = _previous[End] = End;
    }

    /// <summary>Behind the last one.</summary>
    public int End { get; }

    public int First => _next[End];

    public int After(int id) => _next[id];

    public void AddLast(int id)
    {
        (_previous[id], _next[id]) = (_previous[End], End);
        _next[_previous[id]] = _previous[End] = id;
    }

    public void Remove(int id) => (_next[_previous[id]], _previous[_next[id]]) = (_next[id], _previous[id]);

    public int TakeFirst()
    {
        int first = First;
        Remove(first);
        return first;
    }
}
