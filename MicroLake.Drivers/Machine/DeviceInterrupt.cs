namespace MicroLake.Drivers;

/// <summary>An interrupt that one thread waits for. What came while nobody waited is kept, as one.</summary>
public abstract class DeviceInterrupt : IDisposable
{
    /// <summary>The processor's vector, or 0 while nothing is connected.</summary>
    public abstract int Vector { get; }

    /// <summary>Connects a message-signalled interrupt that goes to a processor.</summary>
    /// <returns>What the device has to write, and where.</returns>
    /// <exception cref="DeviceException">There are no vectors left.</exception>
    public abstract (ulong Address, uint Data) ConnectMessage(int processor);

    /// <summary>Connects an interrupt line, which other devices may share. After each interrupt it is held back until <see cref="Unmask"/>.</summary>
    /// <exception cref="DeviceException">The line cannot be had.</exception>
    public abstract void ConnectLine(byte line);

    /// <summary>Nothing comes any more but <see cref="Signal"/>.</summary>
    public abstract void Disconnect();

    /// <summary>The device has let go of the line.</summary>
    public abstract void Unmask();

    /// <summary>Waits for the interrupt or <see cref="Signal"/>. False: the time is over.</summary>
    public abstract bool Wait(TimeSpan limit);

    /// <summary>Wakes the thread that waits, as the interrupt does.</summary>
    public abstract void Signal();

    public abstract void Dispose();
}
