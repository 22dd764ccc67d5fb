using System.Buffers.Binary;
using MicroLake.Drivers;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>Configuration space of a function whose address registers lead to the blocks of registers that it is given.</summary>
internal class FakeFunction
{
    private const int FirstBar = 0x10;
    private const ulong BarStride = 0x100_0000;
    private static int s_functions;

    private readonly byte[] _configuration = new byte[4096];
    private readonly Dictionary<int, RegisterBlock> _bars = [];
    private readonly ulong _base = 0x80_0000_0000 + (ulong)(Interlocked.Increment(ref s_functions) & 0xfff) * 0x1000_0000;
    private int _nextCapability = 0x40;
    private int _lastLink = 0x34;

    public FakeFunction(ushort vendor, ushort device, int classCode = 0xff0000)
    {
        Set16(0, vendor);
        Set16(2, device);
        Set32(8, (uint)classCode << 8);
    }

    public FakeMachine Machine { get; set; } = null!;

    /// <summary>A function that was pulled out reads as all ones.</summary>
    public bool IsGone { get; set; }

    /// <summary>A 64-bit memory address register with these registers behind.</summary>
    public void AddBar(int index, RegisterBlock registers)
    {
        _bars[index] = registers;
        ulong address = _base + (ulong)index * BarStride;
        Set32(FirstBar + index * 4, (uint)address | 4);
        Set32(FirstBar + index * 4 + 4, (uint)(address >> 32));
    }

    public int AddCapability(byte id, ReadOnlySpan<byte> body)
    {
        int at = _nextCapability;
        _configuration[_lastLink] = (byte)at;
        _lastLink = at + 1;
        _configuration[at] = id;
        body.CopyTo(_configuration.AsSpan(at + 2));
        _nextCapability = (at + 2 + body.Length + 3) & ~3;
        Set16(6, 0x10);
        return at;
    }

    /// <summary>Bytes of the configuration space, for tests that break it.</summary>
    public Span<byte> Configuration => _configuration;

    public void Set16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_configuration.AsSpan(at), value);

    public void Set32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_configuration.AsSpan(at), value);

    public virtual uint ReadConfiguration(int register) =>
        IsGone ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(_configuration.AsSpan(register & 0xffc));

    public virtual void WriteConfiguration(int register, uint value)
    {
        int bar = (register - FirstBar) / 4;
        if (register < FirstBar || bar >= 6)
        {
            Set32(register, register == 4 ? value & 0xffff | ReadConfiguration(4) & 0xffff_0000 : value);
            return;
        }

        // Address bits within the length read as zero, whatever is written (PCI 3.0, 6.2.5.1).
        if (_bars.TryGetValue(bar, out RegisterBlock? low))
            Set32(register, value & ~((uint)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)low.Length) - 1) | 4);
        else if (_bars.ContainsKey(bar - 1))
            Set32(register, value);
    }

    public RegisterBlock? FindRegisters(ulong physical, int length)
    {
        foreach ((int index, RegisterBlock registers) in _bars)
            if (physical == _base + (ulong)index * BarStride && length <= registers.Length)
                return new FakeWindow(registers, length);
        return null;
    }

    private sealed class FakeWindow(RegisterBlock whole, int length) : RegisterBlock
    {
        public override int Length => length;

        public override byte Read8(int offset) => whole.Read8(Check(offset, 1));

        public override ushort Read16(int offset) => whole.Read16(Check(offset, 2));

        public override uint Read32(int offset) => whole.Read32(Check(offset, 4));

        public override void Write8(int offset, byte value) => whole.Write8(Check(offset, 1), value);

        public override void Write16(int offset, ushort value) => whole.Write16(Check(offset, 2), value);

        public override void Write32(int offset, uint value) => whole.Write32(Check(offset, 4), value);

        private int Check(int offset, int bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, length - bytes);
            ArgumentOutOfRangeException.ThrowIfNotEqual(offset % bytes, 0);
            return offset;
        }
    }
}
