using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Drivers.Hardware;

/// <summary>An interrupt as a bit of a notification.</summary>
internal sealed unsafe class KernelInterrupt : DeviceInterrupt
{
    private const ulong Arrived = 1;

    /// <summary>Vectors of interrupt lines begin here.</summary>
    private const int LineVector = 0x30;

    private readonly Notification _notification;
    private uint _source;
    private int _vector;

    public KernelInterrupt()
    {
        try
        {
            _notification = Notification.Create();
        }
        catch (MessageException error)
        {
            throw new DeviceException($"an interrupt cannot be had: {error.Message}");
        }
    }

    public override int Vector => _vector;

    public override (ulong Address, uint Data) ConnectMessage(int processor)
    {
        uint source;
        ulong address;
        uint data;
        ThrowUnlessOk(KernelCall.InterruptBindMessage(_notification.Value, Arrived, (uint)processor, &source, &address, &data));
        _source = source;
        _vector = (int)source;
        return (address, data);
    }

    public override void ConnectLine(byte line)
    {
        uint source;
        ThrowUnlessOk(KernelCall.InterruptBindLine(_notification.Value, Arrived, line, &source));
        _source = source;
        _vector = LineVector + line;
    }

    public override void Disconnect()
    {
        _vector = 0;
        uint source = Interlocked.Exchange(ref _source, 0);
        if (source != 0)
            _ = KernelCall.InterruptUnbind(source);
    }

    public override void Unmask() => KernelCall.InterruptUnmaskLine(_source);

    public override bool Wait(TimeSpan limit) => _notification.TryWait(limit, out _);

    public override void Signal() => _notification.Signal(Arrived);

    public override void Dispose()
    {
        Disconnect();
        _notification.Dispose();
    }

    private static void ThrowUnlessOk(Status status)
    {
        if (status != Status.Ok)
            throw new DeviceException($"an interrupt cannot be had: {KernelDeviceHost.Explain(status)}");
    }
}
