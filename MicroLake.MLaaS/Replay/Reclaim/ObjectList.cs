namespace MicroLake.Replay.Reclaim;

/// <summary>Numbered objects in an order, each at most once; every operation takes the same short time. May be several lists, each object in at
/// most one of them.</summary>
internal sealed class ObjectList
{
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _objects;

    public ObjectList(int objects, int lists = 1)
    {
        _objects = objects;
        _next = new int[objects + lists];
        _previous = new int[objects + lists];
        for (int end = objects; end < _next.Length; end++)
            _next[end] = _previous[end] = end;
    }

    public int First => FirstOf(0);

    /// <param name="list">It is not empty.</param>
    public int FirstOf(int list) => _next[_objects + list];

    public bool IsEmpty(int list) => _next[_objects + list] == _objects + list;

    public void AddLast(int id, int list = 0)
    {
        int end = _objects + list;
        (_previous[id], _next[id]) = (_previous[end], end);
        _next[_previous[id]] = _previous[end] = id;
    }

    public void Remove(int id) => (_next[_previous[id]], _previous[_next[id]]) = (_next[id], _previous[id]);

    public int TakeFirst(int list = 0)
    {
        int first = FirstOf(list);
        Remove(first);
        return first;
    }
}
