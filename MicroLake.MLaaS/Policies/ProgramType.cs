using MicroLake.Policies.Helpers;

namespace MicroLake.Policies;

/// <summary>
/// What a hook expects of its policies: the verifier proves that a program keeps to it. A program starts with the address of its context in r1;
/// what it returns in r0 is the decision.
/// </summary>
public sealed class ProgramType
{
    /// <summary>Name of the hook, which is the name of the ELF section, too.</summary>
    public required string Name { get; init; }

    /// <summary>Fields of the context. Bytes between them cannot be accessed. Memory behind address fields is aligned to 8 bytes.</summary>
    public IReadOnlyList<ContextField> Fields { get; init; } = [];

    /// <summary>What may be called.</summary>
    public HelperTable Helpers { get; init; } = HelperTable.Empty;

    /// <summary>Least number that may be returned.</summary>
    public long MinReturn { get; init; } = long.MinValue;

    /// <summary>Greatest number that may be returned.</summary>
    public long MaxReturn { get; init; } = long.MaxValue;

    /// <summary>Instructions that one run may take at most: a bound that is proved, not measured.</summary>
    public int MaxInstructions { get; init; } = 1_000_000;

    /// <summary>Instructions that the verifier follows, over all ways, before it gives up.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>Functions that may be at work at a time, the program among them: each takes some 600 bytes of the stack that it is called on.</summary>
    public int MaxFrames { get; init; } = PolicyProgram.MaxFrames;

    /// <summary>Not a context but plain memory of this size: r1 is its address, r2 the size. -1 for a context.</summary>
    public int PlainMemoryBytes { get; init; } = -1;

    /// <summary>
    /// A hook that decides from numbers of 8 bytes each, in their order: a structure of <c>microlake.h</c>. It may be asked in the scheduler, so runs
    /// are short and take little stack, and what takes the verifier longer than a moment is refused.
    /// </summary>
    /// <param name="name">Of the hook.</param>
    /// <param name="features">What the hook hands over.</param>
    /// <param name="helpers">What may be called.</param>
    /// <param name="granted">The features that may be seen; null: all.</param>
    public static ProgramType ForFeatures(string name, IReadOnlyList<string> features, HelperTable helpers, List<string>? granted = null)
    {
        var fields = new ContextField[features.Count];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = new() { Name = features[i], Offset = i * sizeof(long), Bytes = sizeof(long), IsGranted = granted?.Contains(features[i]) ?? true };
        return new() { Name = name, Fields = fields, Helpers = helpers, MaxInstructions = 20_000, MaxSteps = 250_000, MaxFrames = 4 };
    }
}
