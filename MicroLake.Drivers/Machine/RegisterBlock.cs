namespace MicroLake.Drivers;

/// <summary>
/// Registers of a device, little endian. Accesses happen as they are written, in their order. An offset that is not a multiple of the width, or
/// outside, is an <see cref="ArgumentOutOfRangeException"/>. A device that is gone reads as all ones.
/// </summary>
public abstract class RegisterBlock
{
    public abstract int Length { get; }

    public abstract byte Read8(int offset);

    public abstract ushort Read16(int offset);

    public abstract uint Read32(int offset);

    public abstract void Write8(int offset, byte value);

    public abstract void Write16(int offset, ushort value);

    public abstract void Write32(int offset, uint value);

    /// <summary>Writes 64 bits as two halves, the low one first (VIRTIO 1.2, 4.1.3.1).</summary>
    public void Write64(int offset, ulong value)
    {
        Write32(offset, (uint)value);
        Write32(offset + 4, (uint)(value >> 32));
    }
}
