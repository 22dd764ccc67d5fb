namespace MicroLake.Nucleus.Arch.X64;

/// <summary>PCI configuration space by mechanism 1 (PCI Local Bus specification 3.0, section 3.2.2.3.2).</summary>
internal static class PciConfiguration
{
    private const ushort AddressPort = 0xcf8;
    private const ushort DataPort = 0xcfc;
    private const uint Enable = 1u << 31;

    private static SpinLock s_lock;

    /// <summary>Reads the 32-bit register at a multiple of 4; all ones where no device answers.</summary>
    public static unsafe uint Read(byte bus, byte device, byte function, byte register)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            uint address = Enable | ((uint)bus << 16) | ((uint)(device & 31) << 11) | ((uint)(function & 7) << 8) | (register & 0xfcu);
            Processor.Out32(AddressPort, address);
            uint value = Processor.In32(DataPort);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
            return value;
        }
    }
}
