namespace MicroLake.Services.Programs;

/// <summary>A program file that cannot be loaded; the message says why, and what would help.</summary>
public sealed class ElfFormatException(string message) : Exception(message);
