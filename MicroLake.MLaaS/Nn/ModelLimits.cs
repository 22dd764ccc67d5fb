namespace MicroLake.Nn;

/// <summary>What a model may take. A file that wants more is refused before memory is taken for it.</summary>
public sealed record ModelLimits
{
    /// <summary>The limits used when the caller gives none.</summary>
    public static ModelLimits Default { get; } = new();

    /// <summary>Greatest size of the file in bytes.</summary>
    public int MaxFileBytes { get; init; } = 256 << 20;

    /// <summary>Greatest sum of all weights and other constants in bytes.</summary>
    public long MaxParameterBytes { get; init; } = 256 << 20;

    /// <summary>Greatest memory for intermediate values of one session in bytes.</summary>
    public long MaxArenaBytes { get; init; } = 64 << 20;

    /// <summary>Greatest number of nodes.</summary>
    public int MaxNodes { get; init; } = 10_000;

    /// <summary>Greatest number of tensors of any kind that the file names.</summary>
    public int MaxTensors { get; init; } = 50_000;
}
