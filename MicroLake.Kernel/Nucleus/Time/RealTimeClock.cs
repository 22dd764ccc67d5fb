using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Time;

/// <summary>Reads the wall time once, from the MC146818-compatible clock.</summary>
internal static unsafe class RealTimeClock
{
    private const ushort IndexPort = 0x70;
    private const ushort DataPort = 0x71;

    /// <summary>Sets the clock's wall time. False: the clock makes no sense, and wall time starts at 1970.</summary>
    public static bool SetWallTime()
    {
        if (!CmosClock.TryRead(&ReadRegister, Firmware.Acpi->CenturyRegister, out CmosRegisters registers)
            || !CmosClock.TryDecode(registers, out long unixSeconds))
            return false;
        Clock.SetWall(unixSeconds);
        return true;
    }

    private static byte ReadRegister(byte index)
    {
        Processor.Out8(IndexPort, index);
        return Processor.In8(DataPort);
    }
}
