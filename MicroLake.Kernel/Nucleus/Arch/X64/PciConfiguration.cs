using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>
/// PCI configuration space: memory-mapped where the firmware's MCFG table names a window (PCI Express 3.0, 7.2.2), else by ports (PCI Local
/// Bus 3.0, 3.2.2.3.2), which reach the first 256 bytes.
/// </summary>
internal static unsafe class PciConfiguration
{
    private const ushort AddressPort = 0xcf8;
    private const ushort DataPort = 0xcfc;
    private const uint Enable = 1u << 31;
    private const ushort FirstExtendedRegister = 256;
    private const ulong FunctionBytes = 4096;

    private static SpinLock s_lock;

    /// <summary>Reads the 32-bit register at a multiple of 4; all ones where no device answers.</summary>
    public static uint Read(byte bus, byte device, byte function, ushort register)
    {
        byte* mapped = Map(bus, device, function);
        if (mapped != null)
            return System.Threading.Volatile.Read(ref *(uint*)(mapped + (register & 0xffc)));
        if (register >= FirstExtendedRegister)
            return uint.MaxValue;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            Processor.Out32(AddressPort, PortAddress(bus, device, function, register));
            uint value = Processor.In32(DataPort);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
            return value;
        }
    }

    /// <summary>Writes the 32-bit register at a multiple of 4.</summary>
    public static void Write(byte bus, byte device, byte function, ushort register, uint value)
    {
        byte* mapped = Map(bus, device, function);
        if (mapped != null)
        {
            System.Threading.Volatile.Write(ref *(uint*)(mapped + (register & 0xffc)), value);
            return;
        }

        if (register >= FirstExtendedRegister)
            return;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            Processor.Out32(AddressPort, PortAddress(bus, device, function, register));
            Processor.Out32(DataPort, value);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }
    }

    /// <summary>A function's page of a window of the first segment, or null.</summary>
    private static byte* Map(byte bus, byte device, byte function)
    {
        AcpiInformation* acpi = Firmware.Acpi;
        for (int i = 0; i < acpi->PciWindowCount; i++)
        {
            if (acpi->PciWindowSegments[i] != 0 || bus < acpi->PciWindowFirstBuses[i] || bus > acpi->PciWindowLastBuses[i])
                continue;
            ulong offset = (ulong)bus << 20 | (ulong)(device & 31) << 15 | (ulong)(function & 7) << 12;
            return KernelPageTable.MapDevice(acpi->PciWindowAddresses[i] + offset, FunctionBytes);
        }

        return null;
    }

    private static uint PortAddress(byte bus, byte device, byte function, ushort register) =>
        Enable | ((uint)bus << 16) | ((uint)(device & 31) << 11) | ((uint)(function & 7) << 8) | (register & 0xfcu);
}
