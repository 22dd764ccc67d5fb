namespace MicroLake.MLaaS.Guardrails;

/// <summary>A property that must hold while a module decides: a counter over a window of decisions, and its bound.</summary>
public sealed class Guardrail
{
    /// <summary>What manifests call each <see cref="GuardrailProperty"/>.</summary>
    public static readonly string[] Names = ["over_budget", "inputs_out_of_range", "outputs_out_of_range", "starvation_ns", "worse_than_heuristic"];

    public GuardrailProperty Property { get; init; }

    public string Name => Names[(int)Property];

    /// <summary>The bound: percent of decisions, nanoseconds, or percent worse than the heuristic, by <see cref="Property"/>.</summary>
    public double Most { get; init; }

    /// <summary>Decisions that the property is judged over.</summary>
    public int Window { get; init; } = 1000;
}
