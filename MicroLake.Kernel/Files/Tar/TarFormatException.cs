namespace MicroLake.Files;

/// <summary>An archive is damaged or not a tar archive; the message says what, where, and what to do.</summary>
public sealed class TarFormatException(string archive, long offset, string what)
    : Exception($"{archive}: {what} (at byte {offset}); the archive is damaged, make it again")
{
    /// <summary>Where in the archive the fault is.</summary>
    public long Offset { get; } = offset;
}
