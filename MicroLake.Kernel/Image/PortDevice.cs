using MicroLake.Drivers;
using MicroLake.Drivers.Console;
using MicroLake.Files;

namespace MicroLake.Kernel;

/// <summary>A serial port of the host as a file in <c>/dev</c>: <c>console0.1</c> is the second port of the first device.</summary>
internal sealed class PortDevice(ConsolePort port) : CharacterDevice
{
    public override Errno Read(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!port.IsThere)
            return Errno.ENXIO;
        try
        {
            count = port.Read(buffer);
            return Errno.None;
        }
        catch (DeviceException)
        {
            return Errno.EIO;
        }
    }

    public override Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (!port.IsThere)
            return Errno.ENXIO;
        try
        {
            port.Write(data);
            count = data.Length;
            return Errno.None;
        }
        catch (DeviceException)
        {
            return Errno.EIO;
        }
    }
}
