namespace MicroLake.MLaaS.Guardrails;

/// <summary>What a guardrail watches.</summary>
public enum GuardrailProperty
{
    /// <summary><c>over_budget</c>: percent of decisions that took longer than the budget.</summary>
    OverBudget,

    /// <summary><c>inputs_out_of_range</c>: percent of decisions whose inputs were not within what was seen in training.</summary>
    InputsOutOfRange,

    /// <summary><c>outputs_out_of_range</c>: percent of decisions that were not in the output's range.</summary>
    OutputsOutOfRange,

    /// <summary><c>starvation_ns</c>: the longest that anything waited, in nanoseconds.</summary>
    Starvation,

    /// <summary><c>worse_than_heuristic</c>: percent that the outcome may be worse than under the heuristic.</summary>
    WorseThanHeuristic,
}
