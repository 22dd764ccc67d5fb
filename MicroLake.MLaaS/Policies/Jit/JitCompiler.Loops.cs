using System.Numerics;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Jit;

/// <summary>
/// Loops whose turns are counted. Where the counter only leads to memory it is changed once for several turns, and where a sum is only added to, turns
/// have sums of their own until the loop is over: additions need not wait for each other.
/// </summary>
internal sealed partial class JitCompiler
{
    private static ReadOnlySpan<byte> OwnSums => [(byte)X64.R11, (byte)X64.R10, (byte)X64.R9];

    private const int LongestStep = 1 << 16;

    /// <summary>Slots that are emitted in the place of a jump to them.</summary>
    private const int LongestAhead = 6;

    /// <summary>While a turn is emitted: the register that is only part of addresses, and how much the turns before would have changed it; -1: none.</summary>
    private int _countedRegister = -1, _counted;

    /// <summary>While a turn is emitted that has a sum of its own: whose part it is, and where it is; -1: none.</summary>
    private int _summedRegister = -1;

    /// <inheritdoc cref="_summedRegister"/>
    private X64 _sum;

    /// <summary>Emits all of a loop; returns the slot behind it.</summary>
    private int EmitLoop(int head, CountedLoop loop, Frame frame)
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        int last = loop.Comparison - 1, step = code[last].Immediate, summed = FindSum(head, loop.Comparison);
        bool isOnlyAddress = IsOnlyAddress(head, loop.Comparison);
        int sums = summed < 0 ? 0 : Math.Min(loop.Turns - 1, OwnSums.Length);
        for (int sum = 0; sum < sums; sum++)
            _code.MoveConstant((X64)OwnSums[sum], 0);
        int position = _code.Length;
        for (int turn = 0; turn < loop.Turns; turn++)
        {
            int sum = turn % (sums + 1) - 1;
            (_summedRegister, _sum) = sum < 0 ? (-1, default) : (summed, (X64)OwnSums[sum]);
            (_countedRegister, _counted) = isOnlyAddress ? (code[last].Destination, turn * step) : (-1, 0);
            EmitSlots(head, isOnlyAddress ? last : loop.Comparison, frame);
        }

        (_summedRegister, _countedRegister) = (-1, -1);
        if (isOnlyAddress)
            _code.Operate(X64Operation.Add, Destination(code[last]), step * loop.Turns, wide: true);
        _positions[head] = position;
        int next = EmitSlot(loop.Comparison, code.Length, frame);
        for (int sum = 0; sum < sums; sum++)
            _code.Operate(X64Operation.Add, (X64)Registers[summed], (X64)OwnSums[sum], wide: true);
        return next;
    }

    /// <summary>
    /// A jump to a short way that ends with a comparison is that way and its comparison, here: one jump where there were two. False: it is too long.
    /// </summary>
    private bool TryEmitAhead(int index, int target, Frame frame)
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        int comparison = target;
        while (!code[comparison].IsConditionalJump)
        {
            Instruction instruction = code[comparison];
            if (instruction.IsJumpAlways || instruction.IsExit || instruction.IsWideLoad || instruction.Opcode == Opcode.CallInstruction || comparison - target == LongestAhead)
                return false;
            comparison++;
            if (comparison == code.Length || _flow.Meets(comparison))
                return false;
        }

        // The way itself stays where it is.
        int[] positions = _positions[target..comparison];
        for (int i = target; i < comparison;)
            i = EmitSlot(i, comparison, frame);
        positions.CopyTo(_positions, target);
        Compare(code[comparison]);
        // What is between the slot of the jump and here is not counted by who looks how far it is.
        EmitBranch(Condition(code[comparison].Code) ^ (X64Condition)1, index, comparison + 1, mayBeShort: false);
        EmitBranch(null, index, (int)code[comparison].Target(comparison), mayBeShort: false);
        return true;
    }

    /// <summary>Whether what is compared is changed at the end of the body, and else only part of addresses that <see cref="EmitSum"/> makes.</summary>
    private bool IsOnlyAddress(int head, int comparison)
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        int counter = code[comparison].Destination;
        Instruction change = code[comparison - 1];
        if (change.Class != Opcode.Alu64 || change.Code != Opcode.Add || change.Destination != counter || !code[comparison].Is64 || Math.Abs((long)change.Immediate) > LongestStep)
            return false;
        for (int i = head; i < comparison - 1;)
        {
            Instruction instruction = code[i];
            if (IsMove(instruction) && AccessOf(i, comparison) is { } access)
            {
                // Twice, or as what is stored, it is more than a part of an address.
                if ((instruction.Source == counter && code[i + 1].Source == counter) || (access.Class == Opcode.Stx && access.Source == counter))
                    return false;
                i += 3;
                continue;
            }

            if ((RegisterUse.Read(instruction, _program) & 1 << counter) != 0)
                return false;
            i += instruction.IsWideLoad ? 2 : 1;
        }

        return true;
    }

    /// <summary>A register that a body only adds another one to; -1: there is none, or the body needs the registers of the sums.</summary>
    private int FindSum(int head, int comparison)
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        int sums = 0, read = 1 << code[comparison].Destination, written = 0, writtenTwice = 0;
        for (int i = head; i < comparison; i++)
        {
            Instruction instruction = code[i];
            bool isArithmetic = instruction.Class is Opcode.Alu or Opcode.Alu64;
            bool isShift = instruction.Code is Opcode.Lsh or Opcode.Rsh or Opcode.Arsh && instruction.UsesSourceRegister;
            if ((instruction.Class == Opcode.Stx && instruction.Mode == Opcode.ModeAtomic) || (isArithmetic && (isShift || instruction.Code is Opcode.Div or Opcode.Mod)))
                return -1;
            int to = RegisterUse.Written(instruction);
            bool adds = instruction.Class == Opcode.Alu64 && instruction.Code == Opcode.Add && instruction.UsesSourceRegister && instruction.Source != instruction.Destination;
            sums |= adds ? to : 0;
            read |= RegisterUse.Read(instruction, _program) & ~(adds ? to : 0);
            writtenTwice |= written & to;
            written |= to;
            if (instruction.IsWideLoad)
                i++;
        }

        sums &= ~(read | writtenTwice);
        return sums == 0 ? -1 : BitOperations.TrailingZeroCount(sums);
    }
}
