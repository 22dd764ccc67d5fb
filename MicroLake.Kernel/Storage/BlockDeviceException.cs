namespace MicroLake.Storage;

/// <summary>A request that a disk did not do.</summary>
/// <param name="message">What failed, on which device and sectors.</param>
/// <param name="isGone">The device is no longer there; no later request will be done.</param>
public sealed class BlockDeviceException(string message, bool isGone = false) : IOException(message)
{
    /// <summary>The device is no longer there; no later request will be done.</summary>
    public bool IsGone { get; } = isGone;
}
