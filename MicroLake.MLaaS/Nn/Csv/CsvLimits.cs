namespace MicroLake.Nn.Csv;

/// <summary>What a CSV file may take.</summary>
public sealed record CsvLimits
{
    /// <summary>The limits used when the caller gives none.</summary>
    public static CsvLimits Default { get; } = new();

    /// <summary>Greatest length of a line in bytes.</summary>
    public int MaxLineBytes { get; init; } = 1 << 20;

    /// <summary>Greatest number of columns.</summary>
    public int MaxColumns { get; init; } = 65_536;

    /// <summary>Greatest number of numbers in all rows that are read at once.</summary>
    public int MaxValues { get; init; } = 64 << 20;
}
