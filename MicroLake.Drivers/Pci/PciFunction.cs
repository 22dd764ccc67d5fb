namespace MicroLake.Drivers.Pci;

/// <summary>A PCI function: its identity, capabilities and address registers (PCI Local Bus specification 3.0, chapter 6).</summary>
public sealed class PciFunction
{
    /// <summary>Address registers of an ordinary function.</summary>
    public const int BarCount = 6;

    private const int BridgeBarCount = 2;
    private const int Identity = 0x00;
    private const int CommandAndStatus = 0x04;
    private const int ClassAndRevision = 0x08;
    private const int HeaderType = 0x0c;
    private const int FirstBar = 0x10;
    private const int BridgeBuses = 0x18;
    private const int Subsystem = 0x2c;
    private const int CapabilityPointer = 0x34;
    private const int InterruptRegister = 0x3c;

    private const uint MemorySpace = 1 << 1;
    private const uint BusMaster = 1 << 2;
    private const uint InterruptDisable = 1 << 10;
    private const uint CommandMask = 0xffff;
    private const uint HasCapabilities = 1u << 20;
    private const uint MultiFunction = 1u << 23;
    private const uint BarIsPort = 1;
    private const uint BarTypeMask = 6;
    private const uint BarIs64Bit = 4;
    private const uint BarFlags = 0xf;
    private const ushort NoVendor = 0xffff;
    private const int BridgeHeader = 1;

    /// <summary>More capabilities than fit in 256 bytes: a list that goes on has a circle in it.</summary>
    private const int MostCapabilities = 48;

    private readonly DeviceHost _host;
    private readonly int _headerType;

    private PciFunction(DeviceHost host, PciAddress address, uint identity)
    {
        _host = host;
        Address = address;
        VendorId = (ushort)identity;
        DeviceId = (ushort)(identity >> 16);
        ClassCode = (int)(Read(ClassAndRevision) >> 8);
        uint header = Read(HeaderType);
        HasMoreFunctions = (header & MultiFunction) != 0;
        _headerType = (int)(header >> 16) & 0x7f;
        SubsystemId = (ushort)(Read(Subsystem) >> 16);
        SecondaryBus = _headerType == BridgeHeader ? (int)(Read(BridgeBuses) >> 8) & 0xff : 0;
    }

    public PciAddress Address { get; }

    public ushort VendorId { get; }

    public ushort DeviceId { get; }

    public ushort SubsystemId { get; }

    /// <summary>Class, subclass and programming interface: 0xCCSSPP.</summary>
    public int ClassCode { get; }

    /// <summary>The bus behind a bridge; 0 for other functions.</summary>
    public int SecondaryBus { get; }

    internal bool HasMoreFunctions { get; }

    /// <summary>The name of the driver that has it; null: none.</summary>
    public string? Driver { get; internal set; }

    /// <summary>The interrupt line that the firmware led it to; null: none.</summary>
    public byte? InterruptLine
    {
        get
        {
            uint value = Read(InterruptRegister);
            bool hasPin = (value >> 8 & 0xff) != 0;
            return hasPin && (byte)value is not (0 or byte.MaxValue) ? (byte)value : null;
        }
    }

    internal DeviceHost Host => _host;

    /// <summary>The function at an address, or null.</summary>
    public static PciFunction? Find(DeviceHost host, PciAddress address)
    {
        uint identity = host.ReadConfiguration(address, Identity);
        return (ushort)identity == NoVendor ? null : new PciFunction(host, address, identity);
    }

    public uint Read(int register) => _host.ReadConfiguration(Address, register);

    public void Write(int register, uint value) => _host.WriteConfiguration(Address, register, value);

    /// <summary>The registers of all capabilities with this identifier, in the order of the list (section 6.7).</summary>
    public List<int> Capabilities(byte id)
    {
        var found = new List<int>();
        if ((Read(CommandAndStatus) & HasCapabilities) == 0)
            return found;
        int at = (int)Read(CapabilityPointer) & 0xfc;
        for (int i = 0; i < MostCapabilities && at >= 0x40; i++)
        {
            uint header = Read(at);
            if ((byte)header == id)
                found.Add(at);
            at = (int)(header >> 8) & 0xfc;
        }

        return found;
    }

    /// <summary>Lets the function answer at its memory addresses and use memory itself.</summary>
    /// <param name="lineInterrupt">Whether it may use its interrupt line.</param>
    public void Enable(bool lineInterrupt)
    {
        // Status bits are cleared by ones: zeros in the upper half leave them alone.
        uint command = (Read(CommandAndStatus) & CommandMask) | MemorySpace | BusMaster;
        Write(CommandAndStatus, lineInterrupt ? command & ~InterruptDisable : command | InterruptDisable);
    }

    /// <summary>Takes the function's right to use memory away: what it was told of is safe from it.</summary>
    public void StopBusMaster() => Write(CommandAndStatus, Read(CommandAndStatus) & CommandMask & ~BusMaster);

    /// <summary>Maps the registers behind an address register, as long as it says, and no longer than asked for (section 6.2.5.1).</summary>
    /// <exception cref="DeviceException">There is no memory behind it, or it has no address.</exception>
    public RegisterBlock MapBar(int index, long mostBytes)
    {
        int count = _headerType == BridgeHeader ? BridgeBarCount : BarCount;
        if ((uint)index >= (uint)count)
            throw new DeviceException($"{Address}: there is no address register {index}");
        int register = FirstBar + index * 4;
        uint low = Read(register);
        bool isWide = (low & BarTypeMask) == BarIs64Bit && index + 1 < count;
        if ((low & BarIsPort) != 0)
            throw new DeviceException($"{Address}: address register {index} is of ports, not of memory");
        uint high = isWide ? Read(register + 4) : 0;
        ulong start = (ulong)high << 32 | (low & ~BarFlags);
        ulong length = MeasureBar(register, isWide, low, high);
        if (length == 0)
            throw new DeviceException($"{Address}: nothing is behind address register {index}");
        if (start == 0)
            throw new DeviceException($"{Address}: the firmware gave address register {index} no address; boot with a firmware that sets up all devices");
        return _host.MapRegisters(start, (int)Math.Min(length, (ulong)mostBytes));
    }

    /// <summary>Address bits that cannot be written say how long it is. The function does not answer meanwhile.</summary>
    private ulong MeasureBar(int register, bool isWide, uint low, uint high)
    {
        uint command = Read(CommandAndStatus) & CommandMask;
        Write(CommandAndStatus, command & ~MemorySpace);
        Write(register, uint.MaxValue);
        ulong mask = Read(register) & ~BarFlags;
        Write(register, low);
        if (isWide)
        {
            Write(register + 4, uint.MaxValue);
            mask |= (ulong)Read(register + 4) << 32;
            Write(register + 4, high);
        }
        else if (mask != 0)
        {
            mask |= 0xffff_ffff_0000_0000;
        }

        Write(CommandAndStatus, command);
        return ~mask + 1;
    }
}
