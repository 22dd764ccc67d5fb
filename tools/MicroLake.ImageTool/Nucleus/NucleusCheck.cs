namespace MicroLake.ImageTool.Nucleus;

/// <summary>
/// Proves that nucleus code stays off the runtime: it works before the runtime exists, in interrupts and beneath the
/// collector, where an allocation, an exception or a lazily initialised static would be a crash or a deadlock.
/// </summary>
public sealed class NucleusCheck(CallGraph graph, IReadOnlyCollection<string> prefixes, IReadOnlyCollection<string> excluded)
{
    /// <summary>The functions held to the rules: those whose name has a prefix and is not excluded.</summary>
    public IReadOnlyList<CodeFunction> Roots { get; } =
        [.. graph.Functions.Where(f => StartsWithAny(f, prefixes) && !StartsWithAny(f, excluded))];

    /// <summary>
    /// For each root and each offence that it can commit, a shortest chain to it. The walk does not pass through other
    /// roots, which answer for themselves, nor through excluded functions, which are managed code behind their own entry.
    /// </summary>
    public IReadOnlyList<Violation> Run()
    {
        var roots = Roots.ToHashSet();
        var violations = new List<Violation>();
        foreach (CodeFunction root in Roots)
            Walk(root, roots, violations);
        return violations;
    }

    private void Walk(CodeFunction root, HashSet<CodeFunction> roots, List<Violation> violations)
    {
        var reached = new Dictionary<CodeFunction, CodeFunction?> { [root] = null };
        var reported = new HashSet<Offence>();
        var queue = new Queue<CodeFunction>([root]);
        while (queue.TryDequeue(out CodeFunction? function))
        {
            IReadOnlyList<CodeReference> references = graph.ReferencesOf(function, out bool decodable);
            if (!decodable && reported.Add(Offence.Undecodable))
                violations.Add(new Violation(Offence.Undecodable, ChainTo(function, reached)));
            foreach (CodeReference reference in references)
            {
                if (Classify(reference) is { } offence)
                {
                    if (reported.Add(offence))
                        violations.Add(new Violation(offence, [.. ChainTo(function, reached), reference.Symbol]));
                }
                else if (reference.Function is { } next && !roots.Contains(next) && !StartsWithAny(next, excluded) && reached.TryAdd(next, function))
                {
                    queue.Enqueue(next);
                }
            }
        }
    }

    private static Offence? Classify(CodeReference reference)
    {
        if (reference.Function is null)
            return ForbiddenSymbols.Classify(reference.Symbol);
        foreach (string name in reference.Function.Names)
            if (ForbiddenSymbols.Classify(name) is { } offence)
                return offence;
        return null;
    }

    private static List<string> ChainTo(CodeFunction function, Dictionary<CodeFunction, CodeFunction?> reached)
    {
        var chain = new List<string>();
        for (CodeFunction? at = function; at is not null; at = reached[at])
            chain.Insert(0, at.Name);
        return chain;
    }

    private static bool StartsWithAny(CodeFunction function, IReadOnlyCollection<string> prefixes) =>
        function.Names.Any(n => prefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)));
}
