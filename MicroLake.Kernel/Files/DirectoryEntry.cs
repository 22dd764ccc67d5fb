namespace MicroLake.Files;

/// <summary>One name in a directory.</summary>
public readonly record struct DirectoryEntry(string Name, NodeKind Kind);
