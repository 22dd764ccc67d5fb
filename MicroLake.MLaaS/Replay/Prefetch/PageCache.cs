namespace MicroLake.Replay.Prefetch;

/// <summary>Pages by number; what was used, or came, longest ago leaves first. Knows which pages were read ahead and not used yet.</summary>
internal sealed class PageCache(int capacity)
{
    private readonly Dictionary<long, LinkedListNode<Page>> _nodes = [];
    private readonly LinkedList<Page> _order = [];

    /// <summary>Pages read ahead that left unused.</summary>
    public long Wasted { get; private set; }

    /// <summary>Pages read ahead that are here and were not used.</summary>
    public long Unused { get; private set; }

    public bool Contains(long key) => _nodes.ContainsKey(key);

    /// <summary>A page is used: whether it was here, and whether it is the first use of one that was read ahead.</summary>
    public (bool Here, bool First) Use(long key)
    {
        if (!_nodes.TryGetValue(key, out LinkedListNode<Page>? node))
        {
            Add(key, ahead: false);
            return (false, false);
        }

        _order.Remove(node);
        _order.AddLast(node);
        bool first = node.Value.Ahead;
        node.Value.Ahead = false;
        Unused -= first ? 1 : 0;
        return (true, first);
    }

    public void Add(long key, bool ahead)
    {
        if (_nodes.Count == capacity)
        {
            Page oldest = _order.First!.Value;
            _order.RemoveFirst();
            _nodes.Remove(oldest.Key);
            Wasted += oldest.Ahead ? 1 : 0;
            Unused -= oldest.Ahead ? 1 : 0;
        }

        _nodes.Add(key, _order.AddLast(new Page { Key = key, Ahead = ahead }));
        Unused += ahead ? 1 : 0;
    }

    private sealed class Page
    {
        public required long Key { get; init; }

        public bool Ahead { get; set; }
    }
}
