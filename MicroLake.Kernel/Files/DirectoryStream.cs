namespace MicroLake.Files;

/// <summary>The names of a directory at the moment it was opened, with <c>.</c> and <c>..</c> first.</summary>
public sealed class DirectoryStream
{
    private readonly IReadOnlyList<DirectoryEntry> _entries;
    private int _next;

    internal DirectoryStream(IReadOnlyList<DirectoryEntry> entries) => _entries =
        [new DirectoryEntry(".", NodeKind.Directory), new DirectoryEntry("..", NodeKind.Directory), .. entries];

    /// <summary>The next name; false at the end.</summary>
    public bool TryRead(out DirectoryEntry entry)
    {
        int index = Interlocked.Increment(ref _next) - 1;
        bool has = index < _entries.Count;
        entry = has ? _entries[index] : default;
        return has;
    }
}
