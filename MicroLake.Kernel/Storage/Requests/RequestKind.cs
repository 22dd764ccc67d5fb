namespace MicroLake.Storage;

/// <summary>What waits for a disk.</summary>
public enum RequestKind
{
    /// <summary>Somebody reads, and waits for it.</summary>
    Read = 0,

    /// <summary>Somebody changes something.</summary>
    Change = 1,

    /// <summary>Changed pages go to the disk.</summary>
    WriteBack = 2,
}
