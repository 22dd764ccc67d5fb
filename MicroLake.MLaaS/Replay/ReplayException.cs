namespace MicroLake.Replay;

/// <summary>A trace, a model or an option that cannot be used: what is wrong, and what to do, in one line.</summary>
public sealed class ReplayException(string message) : Exception(message);
