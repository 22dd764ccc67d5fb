using System.Buffers.Binary;

namespace MicroLake.Policies.Jit;

/// <summary>Writes x86-64 instructions (Intel SDM volume 2): only those that the compiler uses, each named for what it does.</summary>
internal sealed class X64Encoder
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public int Length => _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Move(X64 to, X64 from, bool wide) => RegisterForm(0x89, from, to, wide);

    /// <summary>Puts a constant into a register by the shortest instruction; flags change.</summary>
    public void MoveConstant(X64 to, ulong value)
    {
        if (value == 0)
        {
            RegisterForm(0x31, to, to, wide: false);
        }
        else if (value <= uint.MaxValue)
        {
            Rex(false, 0, 0, (int)to);
            Byte(0xB8 + ((int)to & 7));
            Int32((int)value);
        }
        else if ((long)value == (int)value)
        {
            Rex(true, 0, 0, (int)to);
            Byte(0xC7);
            ModRegister(0, (int)to);
            Int32((int)value);
        }
        else
        {
            Rex(true, 0, 0, (int)to);
            Byte(0xB8 + ((int)to & 7));
            Int32((int)value);
            Int32((int)(value >> 32));
        }
    }

    public void Operate(X64Operation operation, X64 to, X64 from, bool wide) => RegisterForm((byte)operation * 8 + 1, from, to, wide);

    public void Operate(X64Operation operation, X64 to, int immediate, bool wide)
    {
        Rex(wide, 0, 0, (int)to);
        bool isShort = immediate == (sbyte)immediate;
        Byte(isShort ? 0x83 : 0x81);
        ModRegister((int)operation, (int)to);
        if (isShort)
            Byte(immediate);
        else
            Int32(immediate);
    }

    /// <summary>Arithmetic on memory; with <paramref name="isLocked"/> no other processor comes between.</summary>
    public void OperateMemory(X64Operation operation, X64 address, int offset, X64 from, bool wide, bool isLocked)
    {
        if (isLocked)
            Byte(0xF0);
        MemoryForm((byte)operation * 8 + 1, (int)from, address, offset, wide);
    }

    /// <summary>Loads a word and compares a register with it.</summary>
    public void CompareMemory(X64 register, X64 address, int offset) => MemoryForm(0x3B, (int)register, address, offset, wide: true);

    /// <summary>Subtracts a word of memory from a register.</summary>
    public void SubtractMemory(X64 register, X64 address, int offset) => MemoryForm(0x2B, (int)register, address, offset, wide: true);

    /// <summary>Changes memory by a constant.</summary>
    public void OperateMemory(X64Operation operation, X64 address, int offset, int immediate, bool wide = true)
    {
        bool isShort = immediate == (sbyte)immediate;
        MemoryForm(isShort ? 0x83 : 0x81, (int)operation, address, offset, wide);
        if (isShort)
            Byte(immediate);
        else
            Int32(immediate);
    }

    public void Test(X64 left, X64 right, bool wide) => RegisterForm(0x85, right, left, wide);

    public void Test(X64 left, int immediate, bool wide)
    {
        Rex(wide, 0, 0, (int)left);
        Byte(0xF7);
        ModRegister(0, (int)left);
        Int32(immediate);
    }

    public void Shift(X64Shift shift, X64 register, int count, bool wide)
    {
        Rex(wide, 0, 0, (int)register);
        Byte(0xC1);
        ModRegister((int)shift, (int)register);
        Byte(count);
    }

    /// <summary>Shifts by CL.</summary>
    public void ShiftByCl(X64Shift shift, X64 register, bool wide)
    {
        Rex(wide, 0, 0, (int)register);
        Byte(0xD3);
        ModRegister((int)shift, (int)register);
    }

    /// <summary>Shifts by any register, without flags (BMI2: SHLX, SHRX, SARX).</summary>
    public void ShiftBy(X64Shift shift, X64 register, X64 count, bool wide)
    {
        int prefix = shift switch
        {
            X64Shift.Left => 1,
            X64Shift.Right => 3,
            _ => 2,
        };
        Byte(0xC4);
        // The three bits that extend register numbers are inverted; map 2 is 0F38.
        int extended = (int)register < 8 ? 0x80 | 0x20 : 0;
        Byte(extended | 0x40 | 2);
        Byte((wide ? 0x80 : 0) | (~(int)count & 15) << 3 | prefix);
        Byte(0xF7);
        ModRegister((int)register, (int)register);
    }

    /// <summary>Swaps the bytes of 16 bits; the others stay.</summary>
    public void RotateHalf(X64 register)
    {
        Byte(0x66);
        Rex(false, 0, 0, (int)register);
        Byte(0xC1);
        ModRegister((int)X64Shift.RotateRight, (int)register);
        Byte(8);
    }

    public void SwapBytes(X64 register, bool wide)
    {
        Rex(wide, 0, 0, (int)register);
        Byte(0x0F);
        Byte(0xC8 + ((int)register & 7));
    }

    public void Negate(X64 register, bool wide) => Unary(3, register, wide);

    public void Multiply(X64 to, X64 from, bool wide)
    {
        Rex(wide, (int)to, 0, (int)from);
        Byte(0x0F);
        Byte(0xAF);
        ModRegister((int)to, (int)from);
    }

    public void Multiply(X64 to, X64 from, int immediate, bool wide)
    {
        Rex(wide, (int)to, 0, (int)from);
        bool isShort = immediate == (sbyte)immediate;
        Byte(isShort ? 0x6B : 0x69);
        ModRegister((int)to, (int)from);
        if (isShort)
            Byte(immediate);
        else
            Int32(immediate);
    }

    /// <summary>RDX:RAX = RAX times a register.</summary>
    public void MultiplyHigh(X64 register, bool wide) => Unary(4, register, wide);

    /// <summary>Divides RDX:RAX: quotient to RAX, remainder to RDX.</summary>
    public void Divide(X64 divisor, bool isSigned, bool wide) => Unary(isSigned ? 7 : 6, divisor, wide);

    /// <summary>Extends the sign of RAX into RDX.</summary>
    public void ExtendRax(bool wide)
    {
        Rex(wide, 0, 0, 0);
        Byte(0x99);
    }

    /// <summary>Extends 8, 16 or 32 bits by zeros or their sign.</summary>
    public void Extend(X64 to, X64 from, int bits, bool isSigned, bool wide)
    {
        if (bits == 32)
        {
            if (isSigned)
                RegisterForm(0x63, to, from, wide: true);
            else
                Move(to, from, wide: false);
            return;
        }

        // SPL to DIL can only be named with a REX prefix.
        Rex(wide, (int)to, 0, (int)from, isForced: bits == 8 && (int)from >= 4);
        Byte(0x0F);
        Byte((isSigned ? 0xBE : 0xB6) + (bits == 16 ? 1 : 0));
        ModRegister((int)to, (int)from);
    }

    /// <summary>Loads 1, 2, 4 or 8 bytes, from the sum of two registers if there is an index, and extends them to 64.</summary>
    public void Load(X64 to, X64 address, int offset, int bytes, bool isSigned, X64? index = null)
    {
        switch (bytes)
        {
            case 8:
                MemoryForm(0x8B, (int)to, address, offset, wide: true, index: index);
                break;
            case 4:
                MemoryForm(isSigned ? 0x63 : 0x8B, (int)to, address, offset, wide: isSigned, index: index);
                break;
            default:
                MemoryForm(isSigned ? 0xBE : 0xB6, (int)to, address, offset, wide: isSigned, isTwoByte: true, opcodeAdd: bytes == 2 ? 1 : 0, index: index);
                break;
        }
    }

    public void Store(X64 address, int offset, X64 from, int bytes, X64? index = null)
    {
        if (bytes == 2)
            Byte(0x66);
        MemoryForm(bytes == 1 ? 0x88 : 0x89, (int)from, address, offset, wide: bytes == 8, isForced: bytes == 1 && (int)from >= 4, index: index);
    }

    public void StoreConstant(X64 address, int offset, int immediate, int bytes)
    {
        if (bytes == 2)
            Byte(0x66);
        MemoryForm(bytes == 1 ? 0xC6 : 0xC7, 0, address, offset, wide: bytes == 8);
        if (bytes == 1)
            Byte(immediate);
        else if (bytes == 2)
            Int16(immediate);
        else
            Int32(immediate);
    }

    public void Address(X64 to, X64 address, int offset) => MemoryForm(0x8D, (int)to, address, offset, wide: true);

    /// <summary>to = base + (index shifted to the left by up to 3) + offset.</summary>
    public void Address(X64 to, X64 basis, X64 index, int offset, bool wide, int shift = 0) => MemoryForm(0x8D, (int)to, basis, offset, wide, index: index, shift: shift);

    /// <summary>Exchanges a register with memory; no other processor comes between.</summary>
    public void Exchange(X64 register, X64 address, int offset, bool wide) => MemoryForm(0x87, (int)register, address, offset, wide);

    public void Exchange(X64 one, X64 other) => RegisterForm(0x87, one, other, wide: true);

    /// <summary>Adds a register to memory and puts the old value into it; no other processor comes between.</summary>
    public void ExchangeAdd(X64 register, X64 address, int offset, bool wide)
    {
        Byte(0xF0);
        MemoryForm(0xC1, (int)register, address, offset, wide, isTwoByte: true);
    }

    /// <summary>If memory equals RAX, stores a register there, else loads it into RAX; no other processor comes between.</summary>
    public void CompareExchange(X64 register, X64 address, int offset, bool wide)
    {
        Byte(0xF0);
        MemoryForm(0xB1, (int)register, address, offset, wide, isTwoByte: true);
    }

    public void Push(X64 register)
    {
        Rex(false, 0, 0, (int)register);
        Byte(0x50 + ((int)register & 7));
    }

    public void Pop(X64 register)
    {
        Rex(false, 0, 0, (int)register);
        Byte(0x58 + ((int)register & 7));
    }

    public void CallRegister(X64 register)
    {
        Rex(false, 0, 0, (int)register);
        Byte(0xFF);
        ModRegister(2, (int)register);
    }

    /// <summary>Calls code at a distance from the end of this instruction that <see cref="Patch"/> sets.</summary>
    public void Call(int distance)
    {
        Byte(0xE8);
        Int32(distance);
    }

    /// <summary>Jumps by a distance from the end of this instruction.</summary>
    public void Jump(int distance, bool isShort)
    {
        Byte(isShort ? 0xEB : 0xE9);
        Distance(distance, isShort);
    }

    public void JumpIf(X64Condition condition, int distance, bool isShort)
    {
        if (!isShort)
            Byte(0x0F);
        Byte((isShort ? 0x70 : 0x80) + (int)condition);
        Distance(distance, isShort);
    }

    public void Return() => Byte(0xC3);

    /// <summary>RSP = RBP, and the caller's RBP again.</summary>
    public void Leave() => Byte(0xC9);

    /// <summary>Fills RCX words of 8 bytes at RDI with RAX.</summary>
    public void FillWords()
    {
        Byte(0xF3);
        Byte(0x48);
        Byte(0xAB);
    }

    /// <summary>Sets the 8-bit distance that ends at <paramref name="end"/> so that it leads to here.</summary>
    public void PatchShort(int end) => Patch(end, _length - end, isShort: true);

    /// <summary>Sets the distance that ends at <paramref name="end"/>.</summary>
    public void Patch(int end, int distance, bool isShort)
    {
        if (isShort)
            _bytes[end - 1] = (byte)checked((sbyte)distance);
        else
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(end - 4), distance);
    }

    private void Unary(int extension, X64 register, bool wide)
    {
        Rex(wide, 0, 0, (int)register);
        Byte(0xF7);
        ModRegister(extension, (int)register);
    }

    private void RegisterForm(int opcode, X64 reg, X64 rm, bool wide)
    {
        Rex(wide, (int)reg, 0, (int)rm);
        Byte(opcode);
        ModRegister((int)reg, (int)rm);
    }

    private void MemoryForm(
        int opcode, int reg, X64 address, int offset, bool wide, bool isTwoByte = false, int opcodeAdd = 0, bool isForced = false, X64? index = null, int shift = 0)
    {
        // RSP is no index: its number says that there is none.
        const int none = (int)X64.Rsp;
        int second = (int)(index ?? X64.Rsp);
        Rex(wide, reg, second, (int)address, isForced);
        if (isTwoByte)
            Byte(0x0F);
        Byte(opcode + opcodeAdd);
        int low = (int)address & 7;
        // RBP and R13 have no form without an offset; RSP and R12 need a SIB byte, and so does an index.
        int mode = offset == 0 && low != 5 ? 0 : offset == (sbyte)offset ? 0x40 : 0x80;
        bool hasSib = low == none || index is not null;
        Byte(mode | (reg & 7) << 3 | (hasSib ? none : low));
        if (hasSib)
            Byte(shift << 6 | (second & 7) << 3 | low);
        if (mode == 0x40)
            Byte(offset);
        else if (mode == 0x80)
            Int32(offset);
    }

    private void ModRegister(int reg, int rm) => Byte(0xC0 | (reg & 7) << 3 | (rm & 7));

    private void Rex(bool wide, int reg, int index, int rm, bool isForced = false)
    {
        int rex = (wide ? 8 : 0) | (reg >> 3) << 2 | (index >> 3) << 1 | rm >> 3;
        if (rex != 0 || isForced)
            Byte(0x40 | rex);
    }

    private void Distance(int distance, bool isShort)
    {
        if (isShort)
            Byte(checked((sbyte)distance));
        else
            Int32(distance);
    }

    private void Byte(int value)
    {
        if (_length == _bytes.Length)
            Array.Resize(ref _bytes, _length * 2);
        _bytes[_length++] = (byte)value;
    }

    private void Int16(int value)
    {
        Byte(value);
        Byte(value >> 8);
    }

    private void Int32(int value)
    {
        Int16(value);
        Int16(value >> 16);
    }
}
