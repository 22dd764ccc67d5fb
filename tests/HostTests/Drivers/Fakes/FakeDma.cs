using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>Memory that each side has its own copy of.</summary>
internal sealed class FakeDma(FakeMachine machine, ulong address, int length) : DmaMemory
{
    private readonly byte[] _driverBytes = new byte[length];
    private bool _isFree;

    public byte[] DeviceBytes { get; } = new byte[length];

    public override ulong DeviceAddress => address;

    public override int Length => length;

    public override Span<byte> Bytes => _isFree ? throw new ObjectDisposedException("memory of a device") : _driverBytes;

    public override void Publish(int offset, int length) => _driverBytes.AsSpan(offset, length).CopyTo(DeviceBytes.AsSpan(offset));

    public override void Fetch(int offset, int length) => DeviceBytes.AsSpan(offset, length).CopyTo(_driverBytes.AsSpan(offset));

    public override void Dispose()
    {
        if (_isFree)
            return;
        _isFree = true;
        machine.Free(this);
    }
}
