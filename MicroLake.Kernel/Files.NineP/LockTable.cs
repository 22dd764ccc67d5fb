namespace MicroLake.Files.NineP;

/// <summary>
/// The whole-file locks of open files, by the number of the file. They hold between this system's open files: hosts' servers keep none for flock(2).
/// </summary>
internal sealed class LockTable
{
    private readonly Dictionary<ulong, Entry> _locks = [];

    /// <summary>The lock of a file for one more open file, which gives it back.</summary>
    public AdvisoryLock Take(ulong file)
    {
        lock (_locks)
        {
            if (!_locks.TryGetValue(file, out Entry? entry))
                _locks.Add(file, entry = new Entry());
            entry.Users++;
            return entry.Lock;
        }
    }

    public void Give(ulong file)
    {
        lock (_locks)
        {
            if (_locks.TryGetValue(file, out Entry? entry) && --entry.Users == 0)
                _ = _locks.Remove(file);
        }
    }

    private sealed class Entry
    {
        public AdvisoryLock Lock { get; } = new();

        public int Users { get; set; }
    }
}
