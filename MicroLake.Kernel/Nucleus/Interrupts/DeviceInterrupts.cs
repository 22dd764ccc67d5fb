using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>Interrupt lines of devices through the I/O APICs that the MADT names.</summary>
internal static unsafe class DeviceInterrupts
{
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
        uint input = Firmware.Acpi->InterruptOf(line, out ushort flags);
        int vector = InterruptTable.DeviceVector + line;
        InterruptTable.Set(vector, handler);
        bool activeLow = (flags & PolarityMask) == ActiveLow;
        bool level = (flags & TriggerMask) == LevelTriggered;
        for (int i = 0; i < s_count; i++)
        {
            IoApic* apic = At(i);
            if (input >= apic->FirstInput && input < apic->FirstInput + apic->InputCount)
                apic->Route(input - apic->FirstInput, (byte)vector, LocalApic.ApicId, activeLow, level);
        }
    }

    private static IoApic* At(int index)
    {
        fixed (IoApicArray* array = &s_ioApics)
            return (IoApic*)array + index;
    }
}
