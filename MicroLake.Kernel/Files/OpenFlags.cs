namespace MicroLake.Files;

/// <summary>How to open a file: the <c>O_*</c> flags of open(2) with Linux values.</summary>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,

    /// <summary>The bits that hold one of the three access modes.</summary>
    AccessMask = 3,

    Create = 0x40,
    Exclusive = 0x80,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 0x10000,
    NoFollow = 0x20000,
    CloseOnExec = 0x80000,
    Synchronous = 0x101000,
}
