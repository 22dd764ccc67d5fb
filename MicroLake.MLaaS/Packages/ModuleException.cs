namespace MicroLake.MLaaS.Packages;

/// <summary>A module, or a part of one, that is refused: what is wrong and what to do.</summary>
public sealed class ModuleException(string message, Exception? inner = null) : Exception(message, inner);
