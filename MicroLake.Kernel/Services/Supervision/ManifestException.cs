namespace MicroLake.Services.Supervision;

/// <summary>A service's manifest that cannot be used; the message says why, and what would help.</summary>
public sealed class ManifestException(string message) : Exception(message);
