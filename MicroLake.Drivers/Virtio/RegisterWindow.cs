namespace MicroLake.Drivers.Virtio;

/// <summary>A part of a block of registers, with offsets of its own.</summary>
public readonly struct RegisterWindow(RegisterBlock registers, int start, int length)
{
    public int Length { get; } = length;

    public byte Read8(int offset) => registers.Read8(start + Check(offset, 1));

    public ushort Read16(int offset) => registers.Read16(start + Check(offset, 2));

    public uint Read32(int offset) => registers.Read32(start + Check(offset, 4));

    public void Write8(int offset, byte value) => registers.Write8(start + Check(offset, 1), value);

    public void Write16(int offset, ushort value) => registers.Write16(start + Check(offset, 2), value);

    public void Write32(int offset, uint value) => registers.Write32(start + Check(offset, 4), value);

    public void Write64(int offset, ulong value) => registers.Write64(start + Check(offset, 8), value);

    private int Check(int offset, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - bytes);
        return offset;
    }
}
