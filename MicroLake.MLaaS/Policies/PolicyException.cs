namespace MicroLake.Policies;

/// <summary>A policy cannot be used: the message says what is wrong, and what to do where that is not plain.</summary>
public abstract class PolicyException(string message) : Exception(message);

/// <summary>The bytes are not a program, or not an object that holds programs.</summary>
public sealed class PolicyFormatException(string message) : PolicyException(message);

/// <summary>A program that ran under checks did what it may not, or did not end within its budget.</summary>
public sealed class PolicyFaultException(int instruction, string reason) : PolicyException($"instruction {instruction}: {reason}")
{
    /// <summary>Index of the instruction's slot.</summary>
    public int Instruction { get; } = instruction;
}
