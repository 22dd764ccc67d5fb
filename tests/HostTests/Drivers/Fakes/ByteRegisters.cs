using System.Buffers.Binary;
using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>Registers that are plain memory, with hooks before reads and after writes.</summary>
internal class ByteRegisters(int length) : RegisterBlock
{
    protected byte[] Bytes { get; } = new byte[length];

    public override int Length => Bytes.Length;

    public override byte Read8(int offset) => OnRead(offset, 1) is { } value ? (byte)value : Bytes[offset];

    public override ushort Read16(int offset) =>
        OnRead(offset, 2) is { } value ? (ushort)value : BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(offset));

    public override uint Read32(int offset) => OnRead(offset, 4) is { } value ? value : BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset));

    public override void Write8(int offset, byte value)
    {
        Bytes[offset] = value;
        OnWrite(offset, value);
    }

    public override void Write16(int offset, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(offset), value);
        OnWrite(offset, value);
    }

    public override void Write32(int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(offset), value);
        OnWrite(offset, value);
    }

    protected virtual uint? OnRead(int offset, int bytes) => null;

    protected virtual void OnWrite(int offset, uint value)
    {
    }
}
