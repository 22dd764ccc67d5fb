namespace MicroLake.Replay;

/// <summary>What a policy may know.</summary>
internal enum PolicyKind
{
    Heuristic,
    Model,

    /// <summary>It sees the future: a bound, not a policy.</summary>
    Oracle,
}

/// <summary>A policy as <c>--policy</c> calls it.</summary>
internal sealed class PolicyName(string name, PolicyKind kind)
{
    public string Name { get; } = name;

    public PolicyKind Kind { get; } = kind;

    public string Word => Kind switch { PolicyKind.Heuristic => "heuristic", PolicyKind.Model => "model", _ => "oracle" };

    /// <summary>All policies; with a wish, of the models only that one: heuristics and oracles always stand beside it.</summary>
    /// <exception cref="ReplayException">There is no such policy.</exception>
    public static IEnumerable<PolicyName> Chosen(PolicyName[] all, string? wish)
    {
        if (wish is not null && !Array.Exists(all, p => p.Name == wish))
            throw new ReplayException($"there is no policy '{wish}' for this hook; use one of: {string.Join(", ", Array.ConvertAll(all, p => p.Name))}");
        return Array.FindAll(all, p => wish is null || p.Name == wish || p.Kind != PolicyKind.Model);
    }
}
