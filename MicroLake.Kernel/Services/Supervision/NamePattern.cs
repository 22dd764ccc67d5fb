namespace MicroLake.Services.Supervision;

/// <summary>Which names a process may look up: a name, the beginning of names with a <c>*</c> behind it, or <c>*</c> for all.</summary>
public static class NamePattern
{
    /// <summary>Whether one of the patterns holds the name.</summary>
    public static bool Any(IReadOnlyList<string> patterns, string name)
    {
        foreach (string pattern in patterns)
            if (pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern)
                return true;
        return false;
    }
}
