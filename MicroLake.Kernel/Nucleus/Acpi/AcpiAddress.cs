namespace MicroLake.Nucleus.Acpi;

/// <summary>A register's place: the Generic Address Structure (ACPI 6.5, 5.2.3.2) reduced to what is used.</summary>
public struct AcpiAddress
{
    /// <summary><see cref="Space"/>: the address is a physical memory address.</summary>
    public const byte SystemMemory = 0;

    /// <summary><see cref="Space"/>: the address is an I/O port.</summary>
    public const byte SystemIo = 1;

    /// <summary>Port or physical address; 0 when the register does not exist.</summary>
    public ulong Address;

    /// <summary><see cref="SystemMemory"/> or <see cref="SystemIo"/>.</summary>
    public byte Space;

    /// <summary>Bits of the register, 0 when the table does not say.</summary>
    public byte BitWidth;

    /// <summary>Whether the register exists.</summary>
    public readonly bool Exists => Address != 0;

    /// <summary>Whether the space is one that the kernel can reach and the address fits in it.</summary>
    internal readonly bool IsReachable => Space == SystemMemory || (Space == SystemIo && Address <= ushort.MaxValue);
}
