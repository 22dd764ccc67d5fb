namespace MicroLake.Policies.Helpers;

/// <summary>The helpers that an embedder offers to programs, from a list, behind those of another table if there is one; each hook may have its own.</summary>
public sealed class HelperTable(HelperTable? more, params HelperFunction[] functions)
{
    private readonly HelperFunction[] _functions = more is null ? functions : [.. functions, .. more._functions];

    /// <summary>No helpers at all.</summary>
    public static readonly HelperTable Empty = new(null);

    public IReadOnlyList<HelperFunction> Functions => _functions;

    /// <summary>Null: there is no such helper here.</summary>
    public HelperFunction? Find(int number)
    {
        foreach (HelperFunction function in _functions)
            if (function.Number == number)
                return function;
        return null;
    }
}
