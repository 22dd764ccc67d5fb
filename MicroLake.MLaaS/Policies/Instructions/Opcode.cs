namespace MicroLake.Policies.Instructions;

/// <summary>Parts of the opcode byte, as RFC 9669 names them (section 3.2 and the sections of each class).</summary>
internal static class Opcode
{
    // Classes (section 3.2).
    public const int ClassMask = 0x07;
    public const int Ld = 0x00;
    public const int Ldx = 0x01;
    public const int St = 0x02;
    public const int Stx = 0x03;
    public const int Alu = 0x04;
    public const int Jmp = 0x05;
    public const int Jmp32 = 0x06;
    public const int Alu64 = 0x07;

    /// <summary>The second operand is a register, not the immediate (section 4).</summary>
    public const int SourceRegister = 0x08;

    // Codes of arithmetic (section 4.1).
    public const int CodeMask = 0xF0;
    public const int Add = 0x00;
    public const int Sub = 0x10;
    public const int Mul = 0x20;
    public const int Div = 0x30;
    public const int Or = 0x40;
    public const int And = 0x50;
    public const int Lsh = 0x60;
    public const int Rsh = 0x70;
    public const int Neg = 0x80;
    public const int Mod = 0x90;
    public const int Xor = 0xA0;
    public const int Mov = 0xB0;
    public const int Arsh = 0xC0;
    public const int End = 0xD0;

    // Codes of jumps (section 4.3).
    public const int Ja = 0x00;
    public const int Jeq = 0x10;
    public const int Jgt = 0x20;
    public const int Jge = 0x30;
    public const int Jset = 0x40;
    public const int Jne = 0x50;
    public const int Jsgt = 0x60;
    public const int Jsge = 0x70;
    public const int Call = 0x80;
    public const int Exit = 0x90;
    public const int Jlt = 0xA0;
    public const int Jle = 0xB0;
    public const int Jslt = 0xC0;
    public const int Jsle = 0xD0;

    // Sizes and modes of loads and stores (section 5).
    public const int SizeMask = 0x18;
    public const int Word = 0x00;
    public const int Half = 0x08;
    public const int Byte = 0x10;
    public const int DoubleWord = 0x18;
    public const int ModeMask = 0xE0;
    public const int ModeImmediate = 0x00;
    public const int ModeAbsolute = 0x20;
    public const int ModeIndirect = 0x40;
    public const int ModeMemory = 0x60;
    public const int ModeMemorySigned = 0x80;
    public const int ModeAtomic = 0xC0;

    // Atomic operations, in the immediate (section 5.3). The simple ones are the codes of arithmetic.
    public const int Fetch = 0x01;
    public const int Exchange = 0xE0 | Fetch;
    public const int CompareExchange = 0xF0 | Fetch;

    // What a call's source field says (section 4.3.1).
    public const int CallHelper = 0;
    public const int CallLocal = 1;
    public const int CallByTypeId = 2;

    // What a wide load's source field says (section 5.4).
    public const int WideConstant = 0;
    public const int WideMap = 1;
    public const int WideMapValue = 2;
    public const int WideVariable = 3;
    public const int WideCode = 4;
    public const int WideMapByIndex = 5;
    public const int WideMapValueByIndex = 6;

    /// <summary>LD, IMM, DW: the one instruction of two slots.</summary>
    public const int WideLoad = Ld | ModeImmediate | DoubleWord;

    public const int ExitInstruction = Jmp | Exit;
    public const int CallInstruction = Jmp | Call;
    public const int JumpAlways = Jmp | Ja;
    public const int JumpAlways32 = Jmp32 | Ja;
}
