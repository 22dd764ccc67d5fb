namespace MicroLake.Nucleus.Memory;

/// <summary>All RAM as one supervisor mapping at a constant distance.</summary>
internal static unsafe class DirectMap
{
    public const ulong Base = 0xffff_8000_0000_0000;

    /// <summary>What the boot page tables of entry.S reach.</summary>
    public const ulong BootLimit = 0x1_0000_0000;

    public static byte* Pointer(ulong physical) => (byte*)(Base + physical);

    public static ulong Physical(void* pointer) => (ulong)pointer - Base;
}
