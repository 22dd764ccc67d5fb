namespace MicroLake.Storage;

/// <summary>A disk that holds no usable file system; the message says what is wrong and what to do.</summary>
/// <param name="message">What, and what to do.</param>
/// <param name="isBlank">The disk was never formatted, or is formatted for something else.</param>
public sealed class DiskFormatException(string message, bool isBlank = false) : IOException(message)
{
    /// <summary>The disk was never formatted, or is formatted for something else.</summary>
    public bool IsBlank { get; } = isBlank;
}
