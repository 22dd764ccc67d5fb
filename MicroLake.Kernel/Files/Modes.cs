namespace MicroLake.Files;

/// <summary>Permission bits as chmod(2) counts them, here in hexadecimal because C# has no octal numbers.</summary>
public static class Modes
{
    /// <summary>Octal 7777: every bit that a mode can have.</summary>
    public const int Mask = 0xFFF;

    /// <summary>Octal 1777: a directory where everyone may create files.</summary>
    public const int SharedDirectory = 0x3FF;

    /// <summary>Octal 777.</summary>
    public const int Everything = 0x1FF;

    /// <summary>Octal 755.</summary>
    public const int Directory = 0x1ED;

    /// <summary>Octal 555.</summary>
    public const int FixedDirectory = 0x16D;

    /// <summary>Octal 444.</summary>
    public const int ReadOnlyFile = 0x124;

    /// <summary>Octal 666.</summary>
    public const int Device = 0x1B6;

    /// <summary>Octal 111: executable by anyone.</summary>
    public const int AnyExecute = 0x49;

    /// <summary>Octal 022: what new files never get.</summary>
    public const int Umask = 0x12;
}
