namespace MicroLake.GuestTests;

/// <summary>What was expected did not happen.</summary>
public sealed class CheckException(string message) : Exception(message);
