namespace MicroLake.Policies.Verification;

/// <summary>The verifier could not prove that a program does no harm.</summary>
public sealed class VerificationException(int instruction, string text, int? register, string reason)
    : PolicyException($"instruction {instruction} ({text}): {reason}")
{
    /// <summary>Index of the instruction's slot.</summary>
    public int Instruction { get; } = instruction;

    /// <summary>The register that it is about, if it is about one.</summary>
    public int? Register { get; } = register;

    /// <summary>What is wrong, and what to do.</summary>
    public string Reason { get; } = reason;
}
