using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers.Virtio;

/// <summary>The register structures of a virtio function, found by its capabilities (VIRTIO 1.2, 4.1.4).</summary>
internal sealed class VirtioRegisters
{
    private const byte VendorCapability = 0x09;
    private const int CommonType = 1;
    private const int NotifyType = 2;
    private const int InterruptStatusType = 3;
    private const int DeviceType = 4;
    private const int BarOffset = 4;
    private const int OffsetOffset = 8;
    private const int LengthOffset = 12;
    private const int NotifyMultiplierOffset = 16;

    /// <summary>Registers of a structure beyond these are not looked at. Notification areas of all queues fit.</summary>
    private const int MostBytes = 1 << 20;

    private readonly PciFunction _function;

    public VirtioRegisters(PciFunction function)
    {
        _function = function;
        List<int> capabilities = function.Capabilities(VendorCapability);
        Common = Find(capabilities, CommonType, CommonRegister.Length)
            ?? throw new DeviceException($"{function.Address}: the device has no interface of virtio 1; start it with disable-modern=off");
        Notify = Find(capabilities, NotifyType, 2, out int notify)
            ?? throw new DeviceException($"{function.Address}: the device has no notification registers");
        NotifyMultiplier = function.Read(notify + NotifyMultiplierOffset);
        InterruptStatus = Find(capabilities, InterruptStatusType, 1)
            ?? throw new DeviceException($"{function.Address}: the device has no interrupt status register");
        Device = Find(capabilities, DeviceType, 1);
    }

    /// <summary>The common configuration (4.1.4.3).</summary>
    public RegisterWindow Common { get; }

    /// <summary>Where the device is told of new requests (4.1.4.4).</summary>
    public RegisterWindow Notify { get; }

    /// <summary>Bytes between the notification registers of two offsets.</summary>
    public uint NotifyMultiplier { get; }

    /// <summary>Why an interrupt line is held; reading lets it go (4.1.4.5).</summary>
    public RegisterWindow InterruptStatus { get; }

    /// <summary>What is the device type's own (4.1.4.6), or null.</summary>
    public RegisterWindow? Device { get; }

    private RegisterWindow? Find(List<int> capabilities, int type, int leastBytes) => Find(capabilities, type, leastBytes, out _);

    /// <summary>The first structure of a type that can be used: a device may offer several, the best first.</summary>
    private RegisterWindow? Find(List<int> capabilities, int type, int leastBytes, out int capability)
    {
        foreach (int at in capabilities)
        {
            capability = at;
            int bar = (int)(_function.Read(at + BarOffset) & 0xff);
            uint offset = _function.Read(at + OffsetOffset);
            uint length = _function.Read(at + LengthOffset);
            if (_function.Read(at) >> 24 != type || bar >= PciFunction.BarCount || length < leastBytes || offset > int.MaxValue)
                continue;
            length = Math.Min(length, MostBytes);
            RegisterBlock registers = _function.MapBar(bar, offset + length);
            if (offset + length > registers.Length)
                throw new DeviceException($"{_function.Address}: a register structure is not within its address register");
            return new RegisterWindow(registers, (int)offset, (int)length);
        }

        capability = 0;
        return null;
    }
}
