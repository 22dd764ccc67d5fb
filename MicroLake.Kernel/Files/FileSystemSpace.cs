namespace MicroLake.Files;

/// <summary>Room in a file system, in bytes.</summary>
public readonly record struct FileSystemSpace(long Total, long Free);
