using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>Memory that each side has its own copy of, made when that side first looks.</summary>
internal sealed class FakeDma(FakeMachine machine, ulong address, int length) : DmaMemory
{
    private byte[]? _driverBytes;
    private byte[]? _deviceBytes;
    private bool _isFree;

    public byte[] DeviceBytes => LazyInitializer.EnsureInitialized(ref _deviceBytes, () => new byte[length]);

    public override ulong DeviceAddress => address;

    public override int Length => length;

    public override Span<byte> Bytes => _isFree ? throw new ObjectDisposedException("memory of a device") : DriverBytes;

    private byte[] DriverBytes => LazyInitializer.EnsureInitialized(ref _driverBytes, () => new byte[length]);

    public override void Publish(int offset, int length) => DriverBytes.AsSpan(offset, length).CopyTo(DeviceBytes.AsSpan(offset));

    public override void Fetch(int offset, int length) => DeviceBytes.AsSpan(offset, length).CopyTo(DriverBytes.AsSpan(offset));

    public override void Dispose()
    {
        if (_isFree)
            return;
        _isFree = true;
        machine.Free(this);
    }
}
