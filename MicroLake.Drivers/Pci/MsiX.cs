namespace MicroLake.Drivers.Pci;

/// <summary>A function's table of message-signalled interrupts (PCI Local Bus specification 3.0, section 6.8.2).</summary>
internal sealed class MsiX
{
    private const byte CapabilityId = 0x11;
    private const uint TableSizeMask = 0x7ff;
    private const uint EnableBit = 1u << 31;
    private const uint FunctionMask = 1u << 30;
    private const uint BarMask = 7;
    private const int EntryBytes = 16;
    private const int AddressLow = 0;
    private const int AddressHigh = 4;
    private const int Data = 8;
    private const int VectorControl = 12;
    private const uint Masked = 1;

    private readonly PciFunction _function;
    private readonly int _register;
    private readonly RegisterBlock _table;
    private readonly int _offset;

    private MsiX(PciFunction function, int register)
    {
        _function = function;
        _register = register;
        Count = (int)((function.Read(register) >> 16) & TableSizeMask) + 1;
        uint table = function.Read(register + 4);
        long offset = table & ~BarMask;
        _table = function.MapBar((int)(table & BarMask), offset + (long)Count * EntryBytes);
        if (offset + (long)Count * EntryBytes > _table.Length)
            throw new DeviceException($"{function.Address}: the table of interrupts is not within its registers");
        _offset = (int)offset;
    }

    /// <summary>Entries of the table.</summary>
    public int Count { get; }

    /// <summary>The function's table with every entry masked, or null: it has none.</summary>
    /// <exception cref="DeviceException">It says that it has one, but that is not there.</exception>
    public static MsiX? Open(PciFunction function)
    {
        List<int> found = function.Capabilities(CapabilityId);
        if (found.Count == 0)
            return null;
        var table = new MsiX(function, found[0]);
        for (int entry = 0; entry < table.Count; entry++)
            table._table.Write32(table._offset + entry * EntryBytes + VectorControl, Masked);
        return table;
    }

    /// <summary>Turns messages on; the function then leaves its interrupt line alone.</summary>
    public void Enable() => _function.Write(_register, (_function.Read(_register) & ~FunctionMask) | EnableBit);

    /// <summary>Connects an entry, unmasked.</summary>
    public void Connect(int entry, DeviceInterrupt interrupt, int processor)
    {
        (ulong address, uint data) = interrupt.ConnectMessage(processor);
        int at = _offset + entry * EntryBytes;
        _table.Write32(at + AddressLow, (uint)address);
        _table.Write32(at + AddressHigh, (uint)(address >> 32));
        _table.Write32(at + Data, data);
        _table.Write32(at + VectorControl, 0);
    }

    /// <summary>Masks all entries: no message comes any more.</summary>
    public void MaskAll()
    {
        for (int entry = 0; entry < Count; entry++)
            _table.Write32(_offset + entry * EntryBytes + VectorControl, Masked);
    }
}
