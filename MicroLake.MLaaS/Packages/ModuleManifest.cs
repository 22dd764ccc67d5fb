using MicroLake.MLaaS.Guardrails;

namespace MicroLake.MLaaS.Packages;

/// <summary>What a module is, what it decides, from what, and what it must keep to: <c>manifest.json</c> of a <c>.mlm</c> file.</summary>
public sealed class ModuleManifest
{
    /// <summary>Small letters, digits, hyphens and dots.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Three numbers with dots: of two versions of a module, the one with the greater numbers is the newer.</summary>
    public ModuleVersion Version { get; internal set; }

    public string Description { get; internal set; } = "";

    /// <summary>The decision that it takes over; empty: it is a service.</summary>
    public string Hook { get; internal set; } = "";

    /// <summary>The features that the model takes, in the order of its inputs.</summary>
    public IReadOnlyList<ModuleInput> Inputs { get; internal set; } = [];

    /// <summary>What a decision is, and the range that it must be in.</summary>
    public ModuleOutput Output { get; internal set; } = new();

    /// <summary>Longest decision that does not count against the module.</summary>
    public int BudgetNanoseconds { get; internal set; } = 50_000;

    /// <summary>Where the model may run.</summary>
    public ModuleArchitecture Architecture { get; internal set; } = ModuleArchitecture.Cpu;

    /// <summary>Greatest difference between fixed point and float32, as a share of the output's range, for fixed point to be used.</summary>
    public double Tolerance { get; internal set; } = 0.01;

    /// <summary>Share of decisions, in percent, that are the module's while it is a canary.</summary>
    public int CanaryPercent { get; internal set; } = 10;

    /// <summary>Whether a module that tripped goes on beside the heuristic, or is out.</summary>
    public bool ReenterShadow { get; internal set; }

    /// <summary>What its policy may see and call, if it has one.</summary>
    public PolicyGrants Policy { get; } = new();

    public IReadOnlyList<Guardrail> Guardrails { get; internal set; } = [];

    /// <summary>Reads a manifest: a JSON object; every number has a range, and what is not known is refused.</summary>
    /// <param name="json">The manifest.</param>
    /// <param name="decides">Whether the module decides: it then names its hook and its output.</param>
    /// <exception cref="ModuleException">It is not one.</exception>
    public static ModuleManifest Read(ReadOnlySpan<byte> json, bool decides = true) => ModuleManifestReader.Read(json, decides);
}
