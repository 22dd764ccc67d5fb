namespace MicroLake.Drivers;

/// <summary>A device cannot be used, or cannot be used any more.</summary>
/// <param name="message">Which device, what is wrong, and what to do about it where there is something.</param>
public sealed class DeviceException(string message) : IOException(message);
