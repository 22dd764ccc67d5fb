namespace MicroLake.MLaaS.Guardrails;

/// <summary>A property that must hold while a module decides: a counter over a window of decisions, and its bound.</summary>
public sealed class Guardrail
{
    public GuardrailProperty Property { get; init; }

    /// <summary>The bound: percent of decisions, nanoseconds, or percent worse than the heuristic, by <see cref="Property"/>.</summary>
    public double Most { get; init; }

    /// <summary>Decisions that the property is judged over.</summary>
    public int Window { get; init; } = 1000;
}
