using MicroLake.MLaaS.Packages;

namespace MicroLake.MLaaS.Guardrails;

/// <summary>The guardrails of a manifest as limits on counters. Budget and range of decisions are watched even where the manifest is silent.</summary>
public sealed class GuardrailLimits
{
    private const double UsualOverBudget = 5;

    /// <summary>Where the manifest says nothing of its budget, as many slow decisions are chance, however short the window of its other guardrails is.</summary>
    private const long FewOverBudget = 10;

    private const double UsualOutputsOutOfRange = 1;
    private const int UsualWindow = 1000;

    /// <summary>More means nothing.</summary>
    private const double MostPercent = 1_000_000;

    private GuardrailLimits()
    {
    }

    /// <summary>Decisions over which the next three are counted: more of them in a window than each says, and the module is out.</summary>
    public long Window { get; private init; }

    public long MostOverBudget { get; private init; }

    public long MostInputsOutOfRange { get; private init; }

    public long MostOutputsOutOfRange { get; private init; }

    /// <summary>Greatest outcome, in the hook's measure; a greater one, and the module is out.</summary>
    public long MostOutcome { get; private init; }

    /// <summary>Percent that the mean outcome of the last one to two windows may be worse than the heuristic's; null: not declared.</summary>
    public double? MostWorse { get; private init; }

    /// <summary>Outcomes of a window, and of the heuristic's that a module is held to at least.</summary>
    public long OutcomeWindow { get; private init; }

    public static GuardrailLimits Of(ModuleManifest manifest)
    {
        long window = UsualWindow;
        double? overBudget = null;
        double inputs = 100, outputs = UsualOutputsOutOfRange;
        double outcome = long.MaxValue;
        double? worse = null;
        long outcomeWindow = UsualWindow;
        foreach (Guardrail guardrail in manifest.Guardrails)
        {
            switch (guardrail.Property)
            {
                case GuardrailProperty.OverBudget:
                    overBudget = guardrail.Most;
                    window = Math.Min(window, guardrail.Window);
                    break;
                case GuardrailProperty.InputsOutOfRange:
                    inputs = guardrail.Most;
                    window = Math.Min(window, guardrail.Window);
                    break;
                case GuardrailProperty.OutputsOutOfRange:
                    outputs = guardrail.Most;
                    window = Math.Min(window, guardrail.Window);
                    break;
                case GuardrailProperty.Starvation:
                    outcome = guardrail.Most;
                    break;
                default:
                    worse = Math.Min(guardrail.Most, MostPercent);
                    outcomeWindow = guardrail.Window;
                    break;
            }
        }

        return new GuardrailLimits
        {
            Window = window,
            MostOverBudget = overBudget is { } most ? Share(most, window) : Math.Min(Math.Max(Share(UsualOverBudget, window), FewOverBudget), window),
            MostInputsOutOfRange = Share(inputs, window),
            MostOutputsOutOfRange = Share(outputs, window),
            MostOutcome = outcome >= long.MaxValue ? long.MaxValue : (long)outcome,
            MostWorse = worse,
            OutcomeWindow = outcomeWindow,
        };
    }

    /// <summary>What a module's outcomes are held to where nobody can tell what the heuristic's would have been at the same time; 0: nothing.</summary>
    /// <param name="mean">Mean outcome of so many decisions of the heuristic while the module was its shadow; less is better.</param>
    /// <param name="count">How many.</param>
    public long BaselineOf(double mean, long count) => MostWorse is not null && count >= OutcomeWindow ? Math.Max(1, (long)Math.Ceiling(mean)) : 0;

    private static long Share(double percent, long window) => (long)Math.Min(percent * window / 100, window);
}
