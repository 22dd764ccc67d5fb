namespace MicroLake.Drivers.Pci;

/// <summary>
/// A slot whose device may be taken out while the machine runs (PCI Express Base 3.0, 6.7 and 7.8.9 to 7.8.11). Somebody asks for it by the
/// attention button; the slot is switched off once the device's driver has let go.
/// </summary>
internal sealed class HotPlugSlot
{
    private const byte ExpressCapability = 0x10;
    private const int SlotCapabilities = 0x14;
    private const int ControlAndStatus = 0x18;

    // In the first register of the capability, above the header.
    private const uint SlotImplemented = 1u << 24;

    private const uint HotPlugCapable = 1 << 6;
    private const uint ButtonInterrupt = 1 << 0;
    private const uint HotPlugInterrupt = 1 << 5;
    private const uint PowerIndicatorOff = 3 << 8;
    private const uint PowerOff = 1 << 10;
    private const uint ControlMask = 0xffff;
    private const uint ButtonPressed = 1u << 16;

    private readonly PciFunction _port;
    private readonly int _control;
    private readonly DeviceInterrupt _interrupt;

    private HotPlugSlot(PciFunction port, int register, MsiX messages)
    {
        _port = port;
        _control = register + ControlAndStatus;
        _interrupt = port.Host.CreateInterrupt();
        port.Enable(lineInterrupt: false);
        messages.Connect(0, _interrupt, 0);
        messages.Enable();
        port.Driver = "hot-plug";
        uint control = port.Read(_control) & ControlMask;
        port.Write(_control, ButtonPressed | control | ButtonInterrupt | HotPlugInterrupt);
    }

    /// <summary>The bus behind the slot.</summary>
    public int Bus => _port.SecondaryBus;

    /// <summary>The slot of a port that has one and can send messages, or null.</summary>
    /// <exception cref="DeviceException">Its table of interrupts is not where it says, or there are no interrupts left.</exception>
    public static HotPlugSlot? Open(PciFunction function)
    {
        if (function.SecondaryBus == 0)
            return null;
        foreach (int register in function.Capabilities(ExpressCapability))
            if ((function.Read(register) & SlotImplemented) != 0 && (function.Read(register + SlotCapabilities) & HotPlugCapable) != 0)
                return MsiX.Open(function) is { } messages ? new HotPlugSlot(function, register, messages) : null;
        return null;
    }

    /// <summary>Waits until somebody wants the device out, as long as it takes.</summary>
    public void WaitForButton()
    {
        while (!TryTakeButton())
            _ = _interrupt.Wait(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Switches the slot off: the device may go.</summary>
    public void SwitchOff() => _port.Write(_control, (_port.Read(_control) & ControlMask) | PowerIndicatorOff | PowerOff);

    /// <summary>Status bits are cleared by ones.</summary>
    private bool TryTakeButton()
    {
        uint value = _port.Read(_control);
        if ((value & ButtonPressed) == 0)
            return false;
        _port.Write(_control, (value & ControlMask) | ButtonPressed);
        return true;
    }
}
