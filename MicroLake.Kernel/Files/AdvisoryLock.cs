namespace MicroLake.Files;

/// <summary>A whole-file lock as flock(2) has it: many shared owners or one exclusive, owned by an open file.</summary>
public sealed class AdvisoryLock
{
    private readonly HashSet<OpenFile> _shared = [];
    private OpenFile? _exclusive;

    public Errno TryAcquire(OpenFile owner, bool exclusive)
    {
        lock (_shared)
        {
            bool othersShare = _shared.Count > (_shared.Contains(owner) ? 1 : 0);
            bool otherExcludes = _exclusive is not null && _exclusive != owner;
            if (otherExcludes || (exclusive && othersShare))
                return Errno.EAGAIN;
            _shared.Remove(owner);
            _exclusive = exclusive ? owner : null;
            if (!exclusive)
                _shared.Add(owner);
            return Errno.None;
        }
    }

    public void Release(OpenFile owner)
    {
        lock (_shared)
        {
            _shared.Remove(owner);
            if (_exclusive == owner)
                _exclusive = null;
            Monitor.PulseAll(_shared);
        }
    }

    /// <summary>Waits until the lock is free for this owner.</summary>
    public void Acquire(OpenFile owner, bool exclusive)
    {
        lock (_shared)
            while (TryAcquire(owner, exclusive) != Errno.None)
                Monitor.Wait(_shared);
    }
}
