using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers;

/// <summary>
/// What drivers ask of the machine: the seam between them and the hardware. Tests put a machine behind it whose devices lie.
/// </summary>
public abstract class DeviceHost
{
    /// <summary>Processors that run.</summary>
    public abstract int ProcessorCount { get; }

    /// <summary>The processor that the caller runs on at this moment, from 0.</summary>
    public abstract int CurrentProcessor { get; }

    /// <summary>Bytes of memory that nobody was promised.</summary>
    public abstract long FreeBytes { get; }

    /// <summary>Reads the 32-bit register of a function's configuration space at a multiple of 4; all ones where nothing answers.</summary>
    public abstract uint ReadConfiguration(PciAddress function, int register);

    public abstract void WriteConfiguration(PciAddress function, int register, uint value);

    /// <summary>Registers at a physical address.</summary>
    /// <exception cref="DeviceException">They cannot be mapped.</exception>
    public abstract RegisterBlock MapRegisters(ulong physical, int length);

    /// <summary>Memory of zeros that a device may be told of, at least that long, at a multiple of 4,096 bytes.</summary>
    /// <exception cref="DeviceException">There is not enough memory in one piece.</exception>
    public abstract DmaMemory AllocateDma(int bytes);

    /// <summary>Lends memory to devices that read it, for as long as the work takes. False: such memory cannot be lent, and nothing was done.</summary>
    public abstract bool TryLend(ReadOnlySpan<byte> memory, LentMemory work);

    /// <summary>Lends memory to devices that write it, for as long as the work takes. False: such memory cannot be lent, and nothing was done.</summary>
    public abstract bool TryLendForWriting(Span<byte> memory, LentMemory work);

    /// <summary>Lends memory to devices that read some of it and write the rest, for as long as the work takes; either may be empty. False: such memory cannot be lent, and nothing was done.</summary>
    public abstract bool TryLend(ReadOnlySpan<byte> read, Span<byte> written, LentExchange work);

    /// <summary>Memory as it was, for who gives it away and does not look at it: the host need not have any for it.</summary>
    /// <inheritdoc cref="AllocateDma"/>
    public abstract DmaMemory TakeUnused(int bytes);

    /// <exception cref="DeviceException">The kernel has no room for one more.</exception>
    public abstract DeviceInterrupt CreateInterrupt();

    /// <summary>Lets about a millisecond pass.</summary>
    public abstract void Pause();

    /// <summary>A line in the kernel's log.</summary>
    public abstract void Log(string line);
}
