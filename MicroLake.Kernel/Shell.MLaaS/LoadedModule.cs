using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.Shell.MLaaS;

/// <summary>A module in the kernel.</summary>
internal sealed class LoadedModule : IDisposable
{
    /// <summary>Where the heuristic is followed beside, its outcome is a limit even if the manifest is silent.</summary>
    private const double UsualMostWorse = 5;
    private const long UsualOutcomeWindow = 10_000;

    private readonly ModuleDecision _decision;
    private readonly uint _number;
    private readonly nint _entry;
    private readonly byte[] _state;

    /// <param name="decision">What it decides with; it goes with the module.</param>
    /// <param name="number">What the nucleus knows it by.</param>
    /// <exception cref="ModuleException">It cannot decide in the kernel.</exception>
    public LoadedModule(ModuleDecision decision, uint number)
    {
        _decision = decision;
        _number = number;
        Limits = GuardrailLimits.Of(decision.Manifest);
        DecisionProgram? model = decision.Model?.RequireProgram();
        if (decision.Policy is { } policy)
        {
            _entry = model is null ? KernelHooks.PolicyFunctions.Decide : KernelHooks.PolicyFunctions.DecideAsking;
            _state = KernelHooks.PolicyState(
                policy.Compile(), Hook.Features.Count, model?.Entry ?? 0, model?.State ?? [], RangesOf(decision.Manifest));
        }
        else
        {
            _entry = model!.Entry;
            _state = model.State;
        }
    }

    /// <summary>What the nucleus knows it by.</summary>
    public uint Number => _number;

    /// <summary>What it decides with.</summary>
    public ModuleDecision Decision => _decision;

    public string Name => Manifest.Name;

    public ModuleManifest Manifest => _decision.Manifest;

    public HookDescription Hook => _decision.Hook;

    public DecisionModel? Model => _decision.Model;

    public DecisionPolicy? Policy => _decision.Policy;

    public string? Signer => _decision.Signer;

    public GuardrailLimits Limits { get; }

    public ModuleState State { get; set; }

    /// <summary>For whose decisions it is at its hook.</summary>
    public ModuleScope Scope { get; private set; } = ModuleScope.Everywhere;

    public bool IsAttached => State is ModuleState.Shadow or ModuleState.Canary or ModuleState.Active;

    /// <summary>Mean outcome of the heuristic's decisions while the module was their shadow, which its own are held to; 0: not known, or no limit.</summary>
    public long Baseline { get; set; }

    /// <summary>What became of it, the last first.</summary>
    public string LastEvent { get; set; } = "loaded";

    /// <summary>Lets it decide at its hook for a scope, in the place of whoever is there, and nowhere else any more.</summary>
    /// <exception cref="Hosting.KernelException">It was refused, and stays where it was.</exception>
    public void Attach(Abi.HookMode mode, ModuleScope scope)
    {
        int features = Hook.Features.Count;
        long[] least = new long[features], most = new long[features];
        Array.Fill(least, long.MinValue);
        Array.Fill(most, long.MaxValue);
        foreach (ModuleInput input in Manifest.Inputs)
            if (Hook.IndexOf(input.Feature) is var index and >= 0)
                // A feature may be several inputs, by other transforms.
                (least[index], most[index]) = (Math.Max(least[index], input.Least), Math.Min(most[index], input.Most));

        KernelHooks.Attach(
            Hook.Index,
            new HookModule
            {
                Module = _number,
                Version = (uint)Manifest.Version.Number,
                Mode = mode,
                CanaryPercent = Manifest.CanaryPercent,
                BudgetNanoseconds = Manifest.BudgetNanoseconds,
                LeastOutput = Manifest.Output.Least,
                MostOutput = Manifest.Output.Most,
                Window = Limits.Window,
                MostOverBudget = Limits.MostOverBudget,
                MostInputsOutOfRange = Limits.MostInputsOutOfRange,
                MostOutputsOutOfRange = Limits.MostOutputsOutOfRange,
                MostOutcome = Limits.MostOutcome,
                MostWorse = (int)(Limits.MostWorse ?? UsualMostWorse),
                OutcomeWindow = Limits.MostWorse is null ? UsualOutcomeWindow : Limits.OutcomeWindow,
                Baseline = mode == Abi.HookMode.Shadow ? 0 : Baseline,
                AsksModel = Policy is not null && Model is not null,
                LeastInputs = least,
                MostInputs = most,
            },
            _entry, _state, scope.Value);
        if (Scope.Value == scope.Value)
            return;
        if (IsAttached)
            KernelHooks.Detach(Hook.Index, Scope.Value);
        Scope.Dispose();
        Scope = scope.Copy();
    }

    private static long[] RangesOf(ModuleManifest manifest)
    {
        var ranges = new List<long>();
        foreach (ModuleInput input in manifest.Inputs)
            ranges.AddRange([input.Least, input.Most]);
        return ranges.ToArray();
    }

    /// <summary>Takes it off its hook.</summary>
    public void Detach()
    {
        KernelHooks.Detach(Hook.Index, Scope.Value);
        Scope.Dispose();
        Scope = ModuleScope.Everywhere;
    }

    /// <summary>Takes the place of an older version at its hook, and its scope with it.</summary>
    /// <exception cref="Hosting.KernelException">It was refused, and the older one stays.</exception>
    public void Replace(LoadedModule old, Abi.HookMode mode)
    {
        Baseline = Limits.MostWorse is null ? 0 : old.Baseline;
        Attach(mode, old.Scope);
        State = old.State;
        old.Scope.Dispose();
        old.Scope = ModuleScope.Everywhere;
    }

    /// <summary>Gives its code and memory back, once it is off its hook.</summary>
    public void Dispose() => _decision.Dispose();
}
