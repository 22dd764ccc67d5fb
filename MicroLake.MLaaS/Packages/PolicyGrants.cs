using MicroLake.Policies.Helpers;

namespace MicroLake.MLaaS.Packages;

/// <summary>What a module's policy may see and do.</summary>
public sealed class PolicyGrants
{
    /// <summary>Features of the hook; null: none, and module pack names those that the policy uses.</summary>
    public List<string>? Features { get; internal set; }

    /// <summary>Names of helpers; null: those that reach nothing but the module's own.</summary>
    public List<string>? Helpers { get; internal set; }

    /// <summary>Grants by their names.</summary>
    public static PolicyGrants Of(List<string>? features, List<string>? helpers) => new() { Features = features, Helpers = helpers };

    /// <summary>Those of the helpers that are granted.</summary>
    /// <exception cref="ModuleException">There is no helper of a name.</exception>
    public HelperTable HelpersOf(HelperTable all)
    {
        foreach (string name in Helpers ?? [])
            if (!Names(all).Contains(name))
                throw new ModuleException($"there is no helper \"{name}\"; helpers are {string.Join(", ", Names(all))}");
        var granted = new List<HelperFunction>();
        foreach (HelperFunction helper in all.Functions)
            if (Helpers?.Contains(helper.Name) ?? !helper.ReachesOut)
                granted.Add(helper);
        return new HelperTable(null, granted.ToArray());
    }

    private static List<string> Names(HelperTable helpers)
    {
        var names = new List<string>();
        foreach (HelperFunction helper in helpers.Functions)
            names.Add(helper.Name);
        return names;
    }
}
