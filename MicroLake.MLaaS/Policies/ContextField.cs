namespace MicroLake.Policies;

/// <summary>What a field of a context is.</summary>
public enum ContextFieldKind
{
    /// <summary>Numbers: one, or as many as fit.</summary>
    Scalar,

    /// <summary>The address of memory that ends where the field of kind <see cref="MemoryEnd"/> with the same memory says.</summary>
    MemoryStart,

    /// <summary>The address behind that memory.</summary>
    MemoryEnd,

    /// <summary>The address of memory of a fixed size.</summary>
    Buffer,
}

/// <summary>A field of what a hook hands to its policies: where it is, and what a policy may do with it.</summary>
public sealed class ContextField
{
    public required string Name { get; init; }

    /// <summary>From the start of the context.</summary>
    public required int Offset { get; init; }

    /// <summary>Of the field: 8 for addresses, any multiple of an element for arrays of numbers.</summary>
    public required int Bytes { get; init; }

    public ContextFieldKind Kind { get; init; }

    /// <summary>The field may be written; for addresses, the memory behind it.</summary>
    public bool IsWritable { get; init; }

    /// <summary>False: it is there, and the module's manifest does not let its policy see it.</summary>
    public bool IsGranted { get; init; } = true;

    /// <summary>The number is never greater: a promise of the hook that lets policies use it without a check.</summary>
    public ulong Maximum { get; init; } = ulong.MaxValue;

    /// <summary>Which memory a start and an end belong to, or how many bytes a buffer has.</summary>
    public int Memory { get; init; }

    internal int End => Offset + Bytes;
}
