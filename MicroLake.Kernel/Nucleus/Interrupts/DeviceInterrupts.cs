using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>Interrupt lines of devices through the I/O APIC.</summary>
internal static unsafe class DeviceInterrupts
{
    private const ulong DefaultIoApic = 0xfec0_0000;

    private static IoApic s_ioApic;

    public static bool Initialize()
    {
        fixed (IoApic* apic = &s_ioApic)
            return IoApic.TryOpen(apic, DefaultIoApic, 0);
    }

    /// <summary>Routes an ISA interrupt to this processor and installs its handler.</summary>
    public static void ConnectIsa(uint line, delegate*<void> handler)
    {
        int vector = InterruptTable.DeviceVector + (int)line;
        InterruptTable.Set(vector, handler);
        s_ioApic.Route(line, (byte)vector, LocalApic.ApicId, false, false);
    }
}
