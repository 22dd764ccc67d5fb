using System.Buffers.Binary;

namespace MicroLake.Policies.Instructions;

/// <summary>One slot of 64 bits: the basic encoding of RFC 9669, section 3.1, little-endian. A wide load takes two.</summary>
public readonly struct Instruction(ulong bits)
{
    /// <summary>Bytes of a slot.</summary>
    public const int Bytes = 8;

    /// <summary>The frame pointer, which no instruction writes.</summary>
    public const int FramePointer = 10;

    /// <summary>r0 to r10.</summary>
    public const int Registers = 11;

    public Instruction(int opcode, int destination, int source, int offset, int immediate)
        : this((ulong)(byte)opcode | (ulong)(destination & 15) << 8 | (ulong)(source & 15) << 12 | (ulong)(ushort)offset << 16 | (ulong)(uint)immediate << 32)
    {
    }

    public ulong Bits => bits;

    public int Opcode => (byte)bits;

    public int Destination => (int)(bits >> 8) & 15;

    public int Source => (int)(bits >> 12) & 15;

    public int Offset => (short)(bits >> 16);

    public int Immediate => (int)(bits >> 32);

    internal int Class => Opcode & Instructions.Opcode.ClassMask;

    /// <summary>The operation within the class of an arithmetic instruction or a jump.</summary>
    internal int Code => Opcode & Instructions.Opcode.CodeMask;

    internal int Mode => Opcode & Instructions.Opcode.ModeMask;

    internal bool UsesSourceRegister => (Opcode & Instructions.Opcode.SourceRegister) != 0;

    /// <summary>Whether an arithmetic instruction or a jump works on 64 bits.</summary>
    internal bool Is64 => Class is Instructions.Opcode.Alu64 or Instructions.Opcode.Jmp;

    internal bool IsWideLoad => Opcode == Instructions.Opcode.WideLoad;

    internal bool IsLocalCall => Opcode == Instructions.Opcode.CallInstruction && Source == Instructions.Opcode.CallLocal;

    internal bool IsJumpAlways => Opcode is Instructions.Opcode.JumpAlways or Instructions.Opcode.JumpAlways32;

    internal bool IsExit => Opcode == Instructions.Opcode.ExitInstruction;

    /// <summary>A jump that may also go on to the next instruction.</summary>
    internal bool IsConditionalJump => Class is Instructions.Opcode.Jmp or Instructions.Opcode.Jmp32
        && Code is not (Instructions.Opcode.Ja or Instructions.Opcode.Call or Instructions.Opcode.Exit);

    /// <summary>Bytes that a load or store moves.</summary>
    internal int AccessBytes => (Opcode & Instructions.Opcode.SizeMask) switch
    {
        Instructions.Opcode.Word => 4,
        Instructions.Opcode.Half => 2,
        Instructions.Opcode.Byte => 1,
        _ => 8,
    };

    /// <summary>Slot that a jump or a local call at <paramref name="index"/> goes to.</summary>
    internal long Target(int index) =>
        index + 1L + (Opcode is Instructions.Opcode.JumpAlways32 or Instructions.Opcode.CallInstruction ? Immediate : Offset);

    /// <summary>Reads slots from bytes.</summary>
    /// <exception cref="PolicyFormatException">It is not a whole number of slots.</exception>
    public static Instruction[] Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Bytes != 0)
            throw new PolicyFormatException($"the program has {bytes.Length} bytes, which is no multiple of 8; it is cut off");
        var instructions = new Instruction[bytes.Length / Bytes];
        for (int i = 0; i < instructions.Length; i++)
            instructions[i] = new Instruction(BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * Bytes)..]));
        return instructions;
    }
}
