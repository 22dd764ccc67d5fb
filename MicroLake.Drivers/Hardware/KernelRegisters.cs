namespace MicroLake.Drivers.Hardware;

/// <summary>Registers that the kernel has mapped uncached, for good.</summary>
internal sealed unsafe class KernelRegisters(byte* start, int length) : RegisterBlock
{
    private readonly byte* _start = start;

    public override int Length => length;

    // SAFETY: every access is checked against the range that mk_device_map has mapped, which is never taken away.
    public override byte Read8(int offset) => Volatile.Read(ref *At(offset, 1));

    public override ushort Read16(int offset) => Volatile.Read(ref *(ushort*)At(offset, 2));

    public override uint Read32(int offset) => Volatile.Read(ref *(uint*)At(offset, 4));

    public override void Write8(int offset, byte value) => Volatile.Write(ref *At(offset, 1), value);

    public override void Write16(int offset, ushort value) => Volatile.Write(ref *(ushort*)At(offset, 2), value);

    public override void Write32(int offset, uint value) => Volatile.Write(ref *(uint*)At(offset, 4), value);

    private byte* At(int offset, int bytes)
    {
        if ((uint)offset > (uint)(length - bytes) || length < bytes || offset % bytes != 0)
            throw new ArgumentOutOfRangeException(nameof(offset));
        return _start + offset;
    }
}
