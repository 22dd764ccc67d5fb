namespace MicroLake.Policies.Verification;

/// <summary>A program that was proved to do no harm in its hook: what <see cref="Jit.CompiledProgram"/> takes.</summary>
public sealed class VerifiedProgram
{
    private VerifiedProgram(PolicyProgram program, ProgramType type, Verifier verifier)
    {
        Program = program;
        Type = type;
        LongestRun = verifier.LongestRun;
        Steps = verifier.Steps;
        Frames = verifier.Frames;
    }

    public PolicyProgram Program { get; }

    public ProgramType Type { get; }

    /// <summary>Instructions that a run takes at most, those of helpers apart.</summary>
    public int LongestRun { get; }

    /// <summary>Instructions that the verifier followed, over all ways.</summary>
    public int Steps { get; }

    /// <summary>Functions that are at work at a time, at most.</summary>
    public int Frames { get; }

    /// <summary>Proves that a program keeps to the type.</summary>
    /// <exception cref="VerificationException">It could not be proved.</exception>
    public static VerifiedProgram Verify(PolicyProgram program, ProgramType type)
    {
        var verifier = new Verifier(program, type);
        verifier.Run();
        return new VerifiedProgram(program, type, verifier);
    }
}
