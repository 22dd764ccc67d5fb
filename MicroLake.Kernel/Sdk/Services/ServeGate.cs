namespace MicroLake.Sdk;

/// <summary>
/// Lets threads that serve an endpoint be told to take no further call: one that waits for a call leaves, one that works on a call leaves when it
/// has answered. Calls that nobody has taken stay with the endpoint.
/// </summary>
public sealed class ServeGate
{
    private readonly Lock _lock = new();
    private readonly HashSet<uint> _waiting = [];
    private bool _closed;

    /// <summary>No more calls.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (uint thread in _waiting)
                _ = Ipc.Cancel(thread);
        }
    }

    /// <summary>The calling thread, of this number, is about to wait for a call. False: it may not.</summary>
    internal bool TryEnter(uint thread)
    {
        lock (_lock)
        {
            if (!_closed)
                _ = _waiting.Add(thread);
            return !_closed;
        }
    }

    /// <summary>The calling thread does not wait any more. A cancellation that came when it had a call already is for no later wait.</summary>
    internal void Leave(uint thread)
    {
        lock (_lock)
        {
            _ = _waiting.Remove(thread);
            if (_closed)
                Ipc.ForgetCancellation();
        }
    }
}
