namespace MicroLake.Nucleus.Memory;

/// <summary>Access bits of a range of virtual memory. The values are those of PROT_* in POSIX.</summary>
public static class MemoryProtection
{
    /// <summary>Reserved: any access is a fault.</summary>
    public const uint None = 0;

    /// <summary>May be read.</summary>
    public const uint Read = 1;

    /// <summary>May be written.</summary>
    public const uint Write = 2;

    /// <summary>May be executed.</summary>
    public const uint Execute = 4;
}
