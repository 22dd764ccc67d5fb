using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

internal sealed class FakeInterrupt(FakeMachine machine) : DeviceInterrupt
{
    private const int FirstVector = 0x50;

    private readonly SemaphoreSlim _pending = new(0, int.MaxValue);
    private int _vector;
    private bool _isFree;


    public override int Vector => _vector;

    public byte? Line { get; private set; }

    public override (ulong Address, uint Data) ConnectMessage(int processor)
    {
        uint data = machine.AddMessage(this);
        _vector = FirstVector + (int)data;
        return (0xfee0_0000, data);
    }

    public override void ConnectLine(byte line)
    {
        Line = line;
        _vector = 0x30 + line;
        machine.LineInterrupt = this;
    }

    public override void Disconnect() => _vector = 0;

    public override void Unmask()
    {
    }

    public override bool Wait(TimeSpan limit) => _pending.Wait(machine.WaitsForReal || Line is not null ? limit : TimeSpan.Zero);

    public override void Signal() => _pending.Release();

    public override void Dispose()
    {
        if (_isFree)
            return;
        _isFree = true;
        Interlocked.Decrement(ref machine.InterruptsInUse);
    }
}
