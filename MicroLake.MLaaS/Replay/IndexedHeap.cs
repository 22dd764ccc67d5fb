namespace MicroLake.Replay;

/// <summary>A binary heap of numbered things, each at most once, whose keys may change: the least key first, of equal ones the least tie.</summary>
internal sealed class IndexedHeap
{
    private readonly int[] _places;
    private int[] _heap = new int[64];
    private readonly double[] _keys;
    private readonly long[] _ties;

    /// <param name="things">They are numbered from 0 up to, but not, this.</param>
    public IndexedHeap(int things)
    {
        _places = new int[things];
        Array.Fill(_places, -1);
        _keys = new double[things];
        _ties = new long[things];
    }

    public int Count { get; private set; }

    public int Least => _heap[0];

    public double LeastKey => _keys[_heap[0]];

    /// <summary>Adds a thing, or moves it.</summary>
    public void Set(int thing, double key, long tie)
    {
        (_keys[thing], _ties[thing]) = (key, tie);
        if (_places[thing] < 0)
        {
            if (Count == _heap.Length)
                Array.Resize(ref _heap, 2 * Count);
            _heap[Count] = thing;
            _places[thing] = Count++;
        }

        Down(Up(_places[thing]));
    }

    public void Remove(int thing)
    {
        int at = _places[thing];
        if (at < 0)
            return;
        _places[thing] = -1;
        int last = _heap[--Count];
        if (last == thing)
            return;
        _heap[at] = last;
        _places[last] = at;
        Down(Up(at));
    }

    public int Take()
    {
        int least = Least;
        Remove(least);
        return least;
    }

    private int Up(int at)
    {
        int thing = _heap[at];
        for (int parent; at > 0 && Before(thing, _heap[parent = (at - 1) / 2]); at = parent)
            Put(_heap[parent], at);
        Put(thing, at);
        return at;
    }

    private void Down(int at)
    {
        int thing = _heap[at];
        for (int child; (child = 2 * at + 1) < Count; at = child)
        {
            if (child + 1 < Count && Before(_heap[child + 1], _heap[child]))
                child++;
            if (!Before(_heap[child], thing))
                break;
            Put(_heap[child], at);
        }

        Put(thing, at);
    }

    private void Put(int thing, int at)
    {
        _heap[at] = thing;
        _places[thing] = at;
    }

    private bool Before(int a, int b) => _keys[a] < _keys[b] || (_keys[a] == _keys[b] && _ties[a] < _ties[b]);
}
