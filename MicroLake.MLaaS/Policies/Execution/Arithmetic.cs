using System.Buffers.Binary;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Execution;

/// <summary>What arithmetic instructions and comparisons compute (RFC 9669, sections 4.1 to 4.3). Nothing here traps.</summary>
internal static class Arithmetic
{
    /// <summary>The new value of the destination; results of 32-bit operations are zero-extended.</summary>
    /// <param name="source">The second operand: a register, or the immediate with its sign extended.</param>
    public static ulong Compute(Instruction instruction, ulong destination, ulong source)
    {
        if (instruction.Code == Opcode.End)
            return Swap(instruction, destination);
        if (instruction.Code == Opcode.Mov && instruction.UsesSourceRegister)
            source = ExtendSign(source, instruction.Offset);
        bool isSigned = instruction.Offset == 1;
        return instruction.Is64
            ? Compute64(instruction.Code, destination, source, isSigned)
            : Compute32(instruction.Code, (uint)destination, (uint)source, isSigned);
    }

    /// <summary>Whether a conditional jump is taken.</summary>
    public static bool Holds(Instruction instruction, ulong left, ulong right)
    {
        bool is64 = instruction.Is64;
        if (!is64)
            (left, right) = ((uint)left, (uint)right);
        long signedLeft = is64 ? (long)left : (int)left;
        long signedRight = is64 ? (long)right : (int)right;
        return instruction.Code switch
        {
            Opcode.Jeq => left == right,
            Opcode.Jgt => left > right,
            Opcode.Jge => left >= right,
            Opcode.Jset => (left & right) != 0,
            Opcode.Jne => left != right,
            Opcode.Jsgt => signedLeft > signedRight,
            Opcode.Jsge => signedLeft >= signedRight,
            Opcode.Jlt => left < right,
            Opcode.Jle => left <= right,
            Opcode.Jslt => signedLeft < signedRight,
            _ => signedLeft <= signedRight,
        };
    }

    private static ulong Compute64(int code, ulong left, ulong right, bool isSigned) => code switch
    {
        Opcode.Add => left + right,
        Opcode.Sub => left - right,
        Opcode.Mul => left * right,
        Opcode.Div when right == 0 => 0,
        // The most negative number divided by -1 overflows to itself (section 4.1); so does its negation, which the processor does not trap.
        Opcode.Div when isSigned => (long)right == -1 ? 0 - left : (ulong)((long)left / (long)right),
        Opcode.Div => left / right,
        Opcode.Or => left | right,
        Opcode.And => left & right,
        Opcode.Lsh => left << (int)(right & 63),
        Opcode.Rsh => left >> (int)(right & 63),
        Opcode.Neg => 0 - left,
        Opcode.Mod when right == 0 => left,
        Opcode.Mod when isSigned => (long)right == -1 ? 0 : (ulong)((long)left % (long)right),
        Opcode.Mod => left % right,
        Opcode.Xor => left ^ right,
        Opcode.Mov => right,
        _ => (ulong)((long)left >> (int)(right & 63)),
    };

    private static uint Compute32(int code, uint left, uint right, bool isSigned) => code switch
    {
        Opcode.Add => left + right,
        Opcode.Sub => left - right,
        Opcode.Mul => left * right,
        Opcode.Div when right == 0 => 0,
        Opcode.Div when isSigned => (int)right == -1 ? 0 - left : (uint)((int)left / (int)right),
        Opcode.Div => left / right,
        Opcode.Or => left | right,
        Opcode.And => left & right,
        Opcode.Lsh => left << (int)(right & 31),
        Opcode.Rsh => left >> (int)(right & 31),
        Opcode.Neg => 0 - left,
        Opcode.Mod when right == 0 => left,
        Opcode.Mod when isSigned => (int)right == -1 ? 0 : (uint)((int)left % (int)right),
        Opcode.Mod => left % right,
        Opcode.Xor => left ^ right,
        Opcode.Mov => right,
        _ => (uint)((int)left >> (int)(right & 31)),
    };

    /// <summary>A little-endian machine: to little-endian truncates, to big-endian and unconditionally swaps (section 4.2).</summary>
    private static ulong Swap(Instruction instruction, ulong value)
    {
        bool swaps = instruction.Is64 || instruction.UsesSourceRegister;
        return instruction.Immediate switch
        {
            16 => swaps ? BinaryPrimitives.ReverseEndianness((ushort)value) : (ushort)value,
            32 => swaps ? BinaryPrimitives.ReverseEndianness((uint)value) : (uint)value,
            _ => swaps ? BinaryPrimitives.ReverseEndianness(value) : value,
        };
    }

    private static ulong ExtendSign(ulong value, int bits) => bits switch
    {
        8 => (ulong)(sbyte)value,
        16 => (ulong)(short)value,
        32 => (ulong)(int)value,
        _ => value,
    };
}
