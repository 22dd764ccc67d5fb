using System.Buffers.Binary;
using System.Text;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Console;

/// <summary>Serial ports of the host (VIRTIO 1.2, 5.3): one, or several where the device has them, with names.</summary>
public sealed class VirtioConsole : IDriver
{
    private const ulong Multiport = 1 << 1;
    private const int MostPortsOffset = 4;
    private const int ControlReceiveQueue = 2;
    private const int ControlTransmitQueue = 3;

    /// <summary>Ports beyond these are left alone: each takes memory and interrupts, used or not.</summary>
    private const int MostPorts = 4;

    /// <summary>Seconds that the host may leave alone what was written: nobody may be there to read.</summary>
    private const int HostPatience = 3600;

    private const int BuffersOfPort = 4;
    private const int ControlBuffers = 8;

    /// <summary>Bytes of a control message: port, event, value; a name may follow.</summary>
    private const int ControlBytes = 8;

    private const int ControlBufferBytes = 128;

    private readonly ConsolePort[] _ports;
    private readonly RequestQueue? _controlReceive;
    private readonly RequestQueue? _controlTransmit;
    private readonly DmaMemory? _received;
    private readonly DmaMemory? _sent;

    public VirtioConsole(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, Multiport);
        try
        {
            int count = 1;
            if (Device.Has(Multiport))
            {
                uint offered = Device.ReadConfiguration32(MostPortsOffset);
                if (offered == 0)
                    throw Device.Broken("has no ports");
                count = (int)Math.Min(offered, MostPorts);
                _controlReceive = Device.AddQueue(ControlReceiveQueue, ControlBuffers, 1, 0);
                _controlTransmit = Device.AddQueue(ControlTransmitQueue, 1, 1, 0);
                _received = Device.AllocateDma(_controlReceive.SlotCount * ControlBufferBytes);
                _sent = Device.AllocateDma(ControlBytes);
            }

            _ports = new ConsolePort[count];
            for (int i = 0; i < count; i++)
            {
                // 5.3.2: the control queues stand between the first port's and the others'.
                int queue = i == 0 ? 0 : 2 * i + 2;
                _ports[i] = new ConsolePort(
                    Device, i, Device.AddQueue(queue, BuffersOfPort, 1, 0), Device.AddQueue(queue + 1, 1, 1, 0, HostPatience));
            }

            Device.Start();
            foreach (ConsolePort port in _ports)
                port.OfferAll();
            if (_controlReceive is null)
                _ports[0].IsThere = true;
            else
                OpenControl();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "serial ports";

    public string FeatureNames => Device.Has(Multiport) ? "MULTIPORT" : "";

    public string State
    {
        get
        {
            var ports = new List<string>();
            foreach (ConsolePort port in _ports)
                if (port.IsThere)
                    ports.Add(port.Name.Length == 0 ? $"{port.Index}" : $"{port.Index} {port.Name}");
            return ports.Count == 0 ? "no ports" : $"ports {string.Join(", ", ports)}";
        }
    }

    /// <summary>The ports that there may be; which of them the device has is known once <see cref="Run"/> follows it.</summary>
    public IReadOnlyList<ConsolePort> Ports => _ports;

    /// <summary>Follows the coming and going of ports on a thread of the driver's, until the device is given up. Called once.</summary>
    public void Run()
    {
        if (_controlReceive is not null)
            new Thread(Follow) { IsBackground = true, Name = Device.Name }.Start();
    }

    public void Dispose() => Device.Dispose();

    /// <summary>Does what one control message says. False: there is none.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    internal bool TryControl()
    {
        if (_controlReceive is null || !_controlReceive.TryFinishAny(out int slot, out int written))
            return false;
        int at = slot * ControlBufferBytes;
        _received!.Fetch(at, written);
        ReadOnlySpan<byte> message = _received.Bytes.Slice(at, written);
        if (written >= ControlBytes)
        {
            uint port = BinaryPrimitives.ReadUInt32LittleEndian(message);
            var what = (ControlEvent)BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
            if (port < (uint)_ports.Length)
                Do(_ports[port], what, message[ControlBytes..]);
        }

        Offer(slot);
        return true;
    }

    private void Do(ConsolePort port, ControlEvent what, ReadOnlySpan<byte> rest)
    {
        switch (what)
        {
            case ControlEvent.PortAdd:
                port.IsThere = true;
                Send(port.Index, ControlEvent.PortReady);
                Send(port.Index, ControlEvent.PortOpen);
                break;
            case ControlEvent.PortRemove:
                port.IsThere = false;
                break;
            case ControlEvent.PortName:
                port.Name = Printable(rest);
                break;
        }
    }

    private void OpenControl()
    {
        while (_controlReceive!.TryTakeSlot(out int slot))
            Offer(slot);
        Send(0, ControlEvent.DeviceReady);
    }

    private void Follow()
    {
        try
        {
            while (true)
                if (!TryControl())
                    _controlReceive!.WaitForAny();
        }
        catch (DeviceException)
        {
            // Who uses a port hears of it there; the device's state says why.
        }
    }

    private void Offer(int slot) =>
        _controlReceive!.Start(slot, [BufferSegment.Of(_received!, slot * ControlBufferBytes, ControlBufferBytes, deviceWrites: true)]);

    /// <summary>Says that something is so: the value of all that a driver says here is 1.</summary>
    private void Send(int port, ControlEvent what)
    {
        int slot = _controlTransmit!.TakeSlot();
        try
        {
            Span<byte> message = _sent!.Bytes[..ControlBytes];
            BinaryPrimitives.WriteInt32LittleEndian(message, port);
            BinaryPrimitives.WriteUInt16LittleEndian(message[4..], (ushort)what);
            BinaryPrimitives.WriteUInt16LittleEndian(message[6..], 1);
            _sent.Publish(0, ControlBytes);
            _ = _controlTransmit.Execute(slot, [BufferSegment.Of(_sent, 0, ControlBytes, deviceWrites: false)]);
        }
        finally
        {
            _controlTransmit.GiveSlot(slot);
        }
    }

    /// <summary>Names are the host's; what could disturb a terminal is left out.</summary>
    private static string Printable(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        foreach (byte b in name)
            if (b is > (byte)' ' and < 0x7f)
                text.Append((char)b);
        return text.ToString();
    }
}
