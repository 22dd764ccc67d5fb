namespace MicroLake.Files;

/// <summary>What a node is.</summary>
public enum NodeKind
{
    File,
    Directory,
    SymbolicLink,
    CharacterDevice,
}
