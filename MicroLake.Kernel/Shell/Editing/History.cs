namespace MicroLake.Shell;

/// <summary>The lines that were entered, oldest first.</summary>
public sealed class History(int limit = 1000)
{
    /// <summary>Longer lines are not worth the memory.</summary>
    private const int MaxLineLength = 4096;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Remembers a line, unless it is blank, the same as the last, or very long.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || line.Length > MaxLineLength || (_lines.Count > 0 && _lines[^1] == line))
            return;
        if (_lines.Count == limit)
            _lines.RemoveAt(0);
        _lines.Add(line);
    }

    public void Clear() => _lines.Clear();

    /// <summary>The newest line before an index that contains the text; -1 when there is none.</summary>
    internal int FindBefore(int index, string text)
    {
        for (int i = Math.Min(index, _lines.Count) - 1; i >= 0; i--)
            if (_lines[i].Contains(text, StringComparison.Ordinal))
                return i;
        return -1;
    }
}
