namespace MicroLake.ImageTool.Nucleus;

/// <summary>A chain of references from a nucleus function to something that nucleus code must not reach.</summary>
/// <param name="Offence">What reaching it means.</param>
/// <param name="Chain">Names from the nucleus function to the forbidden symbol, both included.</param>
public sealed record Violation(Offence Offence, IReadOnlyList<string> Chain);
