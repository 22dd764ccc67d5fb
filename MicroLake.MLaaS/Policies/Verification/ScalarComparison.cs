using System.Numerics;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>What a conditional jump tells of its operands on each of its ways.</summary>
internal static class ScalarComparison
{
    /// <summary>Narrows both operands to what they can be when the comparison has this outcome. False: it cannot have it.</summary>
    public static bool TryRefine(Instruction instruction, bool holds, ref Scalar a, ref Scalar b)
    {
        int code = holds ? instruction.Code : Opposite(instruction.Code);
        bool isSigned = instruction.Code is Opcode.Jsgt or Opcode.Jsge or Opcode.Jslt or Opcode.Jsle;
        bool isSet = instruction.Code == Opcode.Jset;
        if (instruction.Is64)
            return isSet ? TryBits(holds, ref a, ref b) : TryOrder(code, isSigned, ref a, ref b);

        Scalar low = isSigned ? a.ExtendSign(32) : a.Truncate(4), lowOther = isSigned ? b.ExtendSign(32) : b.Truncate(4);
        if (!(isSet ? TryBits(holds, ref low, ref lowOther) : TryOrder(code, isSigned, ref low, ref lowOther)))
            return false;
        // What was learnt about the low half is all there is to know only where the upper half is zero.
        return TryWord(ref a, low) && TryWord(ref b, lowOther);
    }

    private static bool TryWord(ref Scalar scalar, in Scalar low) =>
        !scalar.IsWord || Scalar.TryIntersect(scalar, low.Truncate(4), out scalar);

    private static int Opposite(int code) => code switch
    {
        Opcode.Jeq => Opcode.Jne,
        Opcode.Jne => Opcode.Jeq,
        Opcode.Jgt => Opcode.Jle,
        Opcode.Jge => Opcode.Jlt,
        Opcode.Jlt => Opcode.Jge,
        Opcode.Jle => Opcode.Jgt,
        Opcode.Jsgt => Opcode.Jsle,
        Opcode.Jsge => Opcode.Jslt,
        Opcode.Jslt => Opcode.Jsge,
        Opcode.Jsle => Opcode.Jsgt,
        _ => code,
    };

    private static bool TryOrder(int code, bool isSigned, ref Scalar a, ref Scalar b)
    {
        switch (code)
        {
            case Opcode.Jeq:
                bool isCommon = Scalar.TryIntersect(a, b, out Scalar both);
                a = b = both;
                return isCommon;
            case Opcode.Jne:
                return TryExclude(ref a, b) && TryExclude(ref b, a);
            case Opcode.Jlt or Opcode.Jslt:
                return TryBelow(ref a, ref b, isStrict: true, isSigned);
            case Opcode.Jle or Opcode.Jsle:
                return TryBelow(ref a, ref b, isStrict: false, isSigned);
            case Opcode.Jgt or Opcode.Jsgt:
                return TryBelow(ref b, ref a, isStrict: true, isSigned);
            default:
                return TryBelow(ref b, ref a, isStrict: false, isSigned);
        }
    }

    /// <summary>a &lt; b, or a &lt;= b.</summary>
    private static bool TryBelow(ref Scalar a, ref Scalar b, bool isStrict, bool isSigned)
    {
        if (isSigned)
        {
            if (isStrict && (b.SignedMax == long.MinValue || a.SignedMin == long.MaxValue))
                return false;
            int step = isStrict ? 1 : 0;
            a.SignedMax = Math.Min(a.SignedMax, b.SignedMax - step);
            b.SignedMin = Math.Max(b.SignedMin, a.SignedMin + step);
        }
        else
        {
            if (isStrict && (b.Max == 0 || a.Min == ulong.MaxValue))
                return false;
            uint step = isStrict ? 1u : 0;
            a.Max = Math.Min(a.Max, b.Max - step);
            b.Min = Math.Max(b.Min, a.Min + step);
        }

        return a.Tighten() && b.Tighten();
    }

    /// <summary>a is not the other, if that is one number: it can only move a bound.</summary>
    private static bool TryExclude(ref Scalar a, in Scalar other)
    {
        if (!other.IsConstant)
            return true;
        if (a.IsConstant)
            return a.Min != other.Min;
        if (a.Min == other.Min)
            a.Min++;
        if (a.Max == other.Min)
            a.Max--;
        if (a.SignedMin == other.SignedMin)
            a.SignedMin++;
        if (a.SignedMax == other.SignedMin)
            a.SignedMax--;
        return a.Tighten();
    }

    /// <summary>JSET: some common bit is set, or none is.</summary>
    private static bool TryBits(bool holds, ref Scalar a, ref Scalar b)
    {
        if (holds)
        {
            if ((a.Bits.Max & b.Bits.Max) == 0)
                return false;
            if (b.IsConstant && BitOperations.IsPow2(b.Min))
                a.Bits = new(a.Bits.Value | b.Min, a.Bits.Mask & ~b.Min);
            return a.Tighten();
        }

        if ((a.Bits.Value & b.Bits.Value) != 0)
            return false;
        if (b.IsConstant)
            a.Bits = new(a.Bits.Value & ~b.Min, a.Bits.Mask & ~b.Min);
        return a.Tighten();
    }
}
