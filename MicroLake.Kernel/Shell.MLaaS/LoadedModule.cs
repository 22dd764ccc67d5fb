using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;

namespace MicroLake.Shell.MLaaS;

/// <summary>A module in the kernel.</summary>
internal sealed class LoadedModule(DecisionModel model, byte[] program, string? signer, uint number)
{
    public string Name => model.Manifest.Name;

    public ModuleManifest Manifest => model.Manifest;

    public DecisionModel Model => model;

    /// <summary>Memory of its decisions.</summary>
    public byte[] Program => program;

    public string? Signer => signer;

    /// <summary>What the nucleus knows it by.</summary>
    public uint Number => number;

    public GuardrailLimits Limits { get; } = GuardrailLimits.Of(model.Manifest);

    public ModuleState State { get; set; }

    /// <summary>Mean outcome of the heuristic's decisions while the module was their shadow, and of how many.</summary>
    public (double Mean, long Count) Heuristic { get; set; }

    /// <summary>What became of it, the last first.</summary>
    public string LastEvent { get; set; } = "loaded";

    /// <summary>What the nucleus is told when it attaches the module.</summary>
    public HookModule Description(Abi.HookMode mode)
    {
        int features = model.Hook.Features.Count;
        long[] least = new long[features], most = new long[features];
        Array.Fill(least, long.MinValue);
        Array.Fill(most, long.MaxValue);
        foreach (ModuleInput input in Manifest.Inputs)
        {
            int index = model.Hook.IndexOf(input.Feature);
            (least[index], most[index]) = (input.Least, input.Most);
        }

        return new HookModule
        {
            Module = number,
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
            LeastInputs = least,
            MostInputs = most,
        };
    }
}
