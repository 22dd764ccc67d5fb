using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>Interrupt lines of devices through the I/O APICs that the MADT names.</summary>
internal static unsafe class DeviceInterrupts
{
    /// <summary>Interrupts of the ISA bus. Firmware leads the lines of PCI functions to some of them, too.</summary>
    public const int IsaLines = 16;

    private const ulong DefaultIoApic = 0xfec0_0000;
    private const ushort ActiveLow = 3;
    private const ushort PolarityMask = 3;
    private const ushort LevelTriggered = 3 << 2;
    private const ushort TriggerMask = 3 << 2;

    [System.Runtime.CompilerServices.InlineArray(AcpiInformation.MaximumIoApics)]
    private struct IoApicArray
    {
        private IoApic _first;
    }

    private static IoApicArray s_ioApics;
    private static int s_count;
    private static SpinLock s_lock;

    /// <summary>Maps and masks all controllers. False: one cannot be mapped.</summary>
    public static bool Initialize()
    {
        AcpiInformation* acpi = Firmware.Acpi;
        if (acpi->IoApicCount == 0)
        {
            s_count = 1;
            return IoApic.TryOpen(At(0), DefaultIoApic, 0);
        }

        for (int i = 0; i < acpi->IoApicCount; i++)
            if (!IoApic.TryOpen(At(i), acpi->IoApicAddresses[i], acpi->IoApicInterruptBases[i]))
                return false;
        s_count = acpi->IoApicCount;
        return true;
    }

    /// <summary>Routes an ISA interrupt to this processor and installs its handler.</summary>
    public static void ConnectIsa(byte line, delegate*<void> handler)
    {
        InterruptTable.Set(InterruptTable.DeviceVector + line, handler);
        RouteLine(line);
    }

    /// <summary>Routes an ISA interrupt to this processor, unmasked.</summary>
    public static void RouteLine(byte line)
    {
        IoApic* apic = Find(line, out uint input, out ushort flags);
        if (apic == null)
            return;
        bool activeLow = (flags & PolarityMask) == ActiveLow;
        bool level = (flags & TriggerMask) == LevelTriggered;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            apic->Route(input, (byte)(InterruptTable.DeviceVector + line), LocalApic.ApicId, activeLow, level);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }
    }

    public static void SetLineMask(byte line, bool masked)
    {
        IoApic* apic = Find(line, out uint input, out _);
        if (apic == null)
            return;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            apic->SetMask(input, masked);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }
    }

    /// <summary>The controller that an ISA interrupt is wired to, and its input there, or null.</summary>
    private static IoApic* Find(byte line, out uint input, out ushort flags)
    {
        uint global = Firmware.Acpi->InterruptOf(line, out flags);
        for (int i = 0; i < s_count; i++)
        {
            IoApic* apic = At(i);
            input = global - apic->FirstInput;
            if (global >= apic->FirstInput && input < apic->InputCount)
                return apic;
        }

        input = 0;
        return null;
    }

    private static IoApic* At(int index)
    {
        fixed (IoApicArray* array = &s_ioApics)
            return (IoApic*)array + index;
    }
}
