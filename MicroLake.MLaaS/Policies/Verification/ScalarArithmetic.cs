using MicroLake.Policies.Execution;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>What arithmetic makes of what is known: every result that <see cref="Arithmetic.Compute"/> can have is in it.</summary>
internal static class ScalarArithmetic
{
    public static Scalar Compute(Instruction instruction, Scalar a, Scalar b)
    {
        // A number that was never written is not asked for: moves take the source alone.
        if (b.IsConstant && (a.IsConstant || instruction.Code == Opcode.Mov))
            return Scalar.Constant(Arithmetic.Compute(instruction, a.Min, b.Min));
        switch (instruction.Code)
        {
            case Opcode.End:
                return Swap(instruction, a);
            case Opcode.Mov:
                if (instruction.UsesSourceRegister && instruction.Offset != 0)
                    b = b.ExtendSign(instruction.Offset);
                return instruction.Is64 ? b : b.Truncate(4);
            case Opcode.Neg:
                b = Scalar.Constant(0);
                (a, b) = (b, a);
                break;
        }

        bool isSigned = instruction.Code == Opcode.Arsh || (instruction.Code is Opcode.Div or Opcode.Mod && instruction.Offset == 1);
        int bits = instruction.Is64 ? 64 : 32;
        if (!instruction.Is64)
        {
            a = isSigned ? a.ExtendSign(32) : a.Truncate(4);
            b = isSigned && instruction.Code != Opcode.Arsh ? b.ExtendSign(32) : b.Truncate(4);
        }

        Scalar result = instruction.Code switch
        {
            Opcode.Add => Add(a, b),
            Opcode.Sub or Opcode.Neg => Subtract(a, b),
            Opcode.Mul => Multiply(a, b),
            Opcode.Div => Divide(a, b, isSigned),
            Opcode.Mod => Remainder(a, b, isSigned),
            Opcode.Or => Bounded(a.Bits | b.Bits, Math.Max(a.Min, b.Min), ulong.MaxValue),
            Opcode.And => Bounded(a.Bits & b.Bits, 0, Math.Min(a.Max, b.Max)),
            Opcode.Xor => Scalar.OfBits(a.Bits ^ b.Bits),
            Opcode.Lsh => ShiftLeft(a, Count(b, bits)),
            Opcode.Rsh => ShiftRight(a, Count(b, bits)),
            _ => ShiftRightSigned(a, Count(b, bits)),
        };
        return instruction.Is64 ? result : result.Truncate(4);
    }

    public static Scalar Add(in Scalar a, in Scalar b)
    {
        Scalar result = Scalar.Unknown;
        result.Bits = a.Bits + b.Bits;
        if (a.Max + b.Max >= a.Max)
            (result.Min, result.Max) = (a.Min + b.Min, a.Max + b.Max);
        if (!Overflows((Int128)a.SignedMin + b.SignedMin) && !Overflows((Int128)a.SignedMax + b.SignedMax))
            (result.SignedMin, result.SignedMax) = (a.SignedMin + b.SignedMin, a.SignedMax + b.SignedMax);
        result.Tighten();
        return result;
    }

    public static Scalar Subtract(in Scalar a, in Scalar b)
    {
        Scalar result = Scalar.Unknown;
        result.Bits = a.Bits - b.Bits;
        if (a.Min >= b.Max)
            (result.Min, result.Max) = (a.Min - b.Max, a.Max - b.Min);
        if (!Overflows((Int128)a.SignedMin - b.SignedMax) && !Overflows((Int128)a.SignedMax - b.SignedMin))
            (result.SignedMin, result.SignedMax) = (a.SignedMin - b.SignedMax, a.SignedMax - b.SignedMin);
        result.Tighten();
        return result;
    }

    private static bool Overflows(Int128 value) => value < long.MinValue || value > long.MaxValue;

    private static Scalar Bounded(Tnum bits, ulong min, ulong max)
    {
        Scalar result = Scalar.Unknown;
        result.Bits = bits;
        result.Min = min;
        result.Max = max;
        result.Tighten();
        return result;
    }

    private static Scalar Multiply(in Scalar a, in Scalar b)
    {
        bool fits = (UInt128)a.Max * b.Max <= ulong.MaxValue;
        return Bounded(a.Bits * b.Bits, fits ? a.Min * b.Min : 0, fits ? a.Max * b.Max : ulong.MaxValue);
    }

    /// <summary>Signed division is unsigned division where nothing is negative; else the result is not bounded.</summary>
    private static Scalar Divide(in Scalar a, in Scalar b, bool isSigned)
    {
        if (isSigned && (a.SignedMin < 0 || b.SignedMin < 0))
            return Scalar.Unknown;
        return Scalar.Between(b.Min == 0 ? 0 : a.Min / b.Max, b.Min == 0 ? a.Max : a.Max / b.Min);
    }

    private static Scalar Remainder(in Scalar a, in Scalar b, bool isSigned)
    {
        if (isSigned && (a.SignedMin < 0 || b.SignedMin < 0))
            return Scalar.Unknown;
        // By zero it is the dividend.
        if (b.Min == 0)
            return Scalar.Between(0, a.Max);
        return a.Max < b.Min ? a : Scalar.Between(0, Math.Min(a.Max, b.Max - 1));
    }

    /// <summary>By how much is shifted: the low bits of the operand.</summary>
    private static (int Min, int Max) Count(in Scalar count, int bits) =>
        count.IsConstant ? ((int)count.Min & bits - 1, (int)count.Min & bits - 1)
            : count.Max < (ulong)bits ? ((int)count.Min, (int)count.Max) : (0, bits - 1);

    private static Scalar ShiftLeft(in Scalar a, (int Min, int Max) count)
    {
        bool fits = a.Max <= ulong.MaxValue >> count.Max;
        return Bounded(count.Min == count.Max ? a.Bits << count.Min : Tnum.Unknown, fits ? a.Min << count.Min : 0, fits ? a.Max << count.Max : ulong.MaxValue);
    }

    private static Scalar ShiftRight(in Scalar a, (int Min, int Max) count) =>
        Bounded(count.Min == count.Max ? a.Bits >> count.Min : Tnum.Unknown, a.Min >> count.Max, a.Max >> count.Min);

    private static Scalar ShiftRightSigned(in Scalar a, (int Min, int Max) count)
    {
        Scalar result = Scalar.Unknown;
        if (count.Min == count.Max)
            result.Bits = a.Bits.ShiftRightSigned(count.Min);
        // Towards zero, or towards -1.
        result.SignedMin = a.SignedMin >> (a.SignedMin < 0 ? count.Min : count.Max);
        result.SignedMax = a.SignedMax >> (a.SignedMax < 0 ? count.Max : count.Min);
        result.Tighten();
        return result;
    }

    private static Scalar Swap(Instruction instruction, in Scalar a)
    {
        bool swaps = instruction.Is64 || instruction.UsesSourceRegister;
        return swaps ? Scalar.OfBytes(instruction.Immediate / 8) : a.Truncate(instruction.Immediate / 8);
    }
}
