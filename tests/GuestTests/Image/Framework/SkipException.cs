namespace MicroLake.GuestTests;

/// <summary>Ends a test that cannot run here. Allowed only for a named missing device or processor feature.</summary>
public sealed class SkipException(string reason) : Exception(reason);
