namespace MicroLake.Files;

/// <summary>What access(2) asks for.</summary>
[Flags]
public enum AccessMode
{
    Exists = 0,
    Execute = 1,
    Write = 2,
    Read = 4,
}
