using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Jit;

/// <summary>
/// Instructions of eBPF that follow each other and are one of x86-64, which has three operands where eBPF has two: sums as addresses, arithmetic on
/// memory, jumps over jumps. No jump leads between them.
/// </summary>
internal sealed partial class JitCompiler
{
    /// <summary>Emits what is at a slot and behind it as one; returns how many slots that was, 0 if there is no such way.</summary>
    private int EmitFused(int index, int end)
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        if (index + 1 >= end || _flow.Meets(index + 1))
            return 0;
        Instruction first = code[index], second = code[index + 1];
        if (first.IsConditionalJump)
            return second.IsJumpAlways && first.Target(index) == index + 2 ? EmitJumpOverJump(first, index, second) : 0;
        bool hasThird = index + 2 < end && !_flow.Meets(index + 2);
        if (IsMove(first) && second.Class == Opcode.Alu64 && second.Code == Opcode.Add && second.Destination == first.Destination)
            return EmitSum(index, end);
        if (hasThird && first.Class == Opcode.Alu64 && first.Code == Opcode.Lsh && !first.UsesSourceRegister)
            return EmitElement(first, second, code[index + 2], index + 3);
        return hasThird && first.Class == Opcode.Ldx && first.Mode == Opcode.ModeMemory ? EmitCount(first, second, code[index + 2], index + 3) : 0;
    }

    /// <summary>A jump over a jump is one with the opposite condition.</summary>
    private int EmitJumpOverJump(Instruction over, int index, Instruction jump)
    {
        Compare(over);
        EmitBranch(Condition(over.Code) ^ (X64Condition)1, index + 1, (int)jump.Target(index + 1));
        return 2;
    }

    /// <summary><c>a = b; a += c</c>, and a load from there or a store to there if nobody needs <c>a</c> afterwards.</summary>
    private int EmitSum(int at, int end)
    {
        Instruction move = _program.Code.Instructions[at], add = _program.Code.Instructions[at + 1];
        X64 from = Source(move);
        if (!add.UsesSourceRegister)
        {
            _code.Address(Destination(move), from, add.Immediate);
            return 2;
        }

        if (AccessOf(at, end) is not { } access)
        {
            _code.Address(Destination(move), from, add.Source == add.Destination ? from : Source(add), 0, wide: true);
            return 2;
        }

        int offset = access.Offset + (move.Source == _countedRegister || add.Source == _countedRegister ? _counted : 0);
        if (access.Class == Opcode.Ldx)
            _code.Load(Destination(access), from, offset, access.AccessBytes, access.Mode == Opcode.ModeMemorySigned, Source(add));
        else
            _code.Store(from, offset, Source(access), access.AccessBytes, Source(add));
        return 3;
    }

    /// <summary>The load or store behind <c>a = b; a += c</c> of which <c>a</c> is the address, and nothing else.</summary>
    private Instruction? AccessOf(int at, int end)
    {
        if (at + 2 >= end || _flow.Meets(at + 1) || _flow.Meets(at + 2))
            return null;
        Instruction move = _program.Code.Instructions[at], add = _program.Code.Instructions[at + 1], access = _program.Code.Instructions[at + 2];
        if (add.Class != Opcode.Alu64 || add.Code != Opcode.Add || !add.UsesSourceRegister || add.Destination != move.Destination || add.Source == add.Destination)
            return null;
        int address = move.Destination;
        bool loads = access.Class == Opcode.Ldx && access.Source == address && (access.Destination == address || !IsNeeded(address, at + 3));
        bool stores = access.Class == Opcode.Stx && access.Mode == Opcode.ModeMemory && access.Destination == address && access.Source != address && !IsNeeded(address, at + 3);
        return loads || stores ? access : null;
    }

    /// <summary><c>a = b</c>, all of it.</summary>
    private static bool IsMove(Instruction instruction) =>
        instruction.Class == Opcode.Alu64 && instruction.Code == Opcode.Mov && instruction.UsesSourceRegister && instruction.Offset == 0;

    /// <summary><c>i &lt;&lt;= 1, 2 or 3; a = b; a += i</c> where nobody needs <c>i</c> afterwards: the address of an element.</summary>
    private int EmitElement(Instruction shift, Instruction move, Instruction add, int next)
    {
        int index = shift.Destination;
        bool isMove = IsMove(move) && move.Destination != index && move.Source != index && move.Source != _countedRegister;
        bool isSum = add.Class == Opcode.Alu64 && add.Code == Opcode.Add && add.UsesSourceRegister && add.Destination == move.Destination && add.Source == index;
        if (!isMove || !isSum || shift.Immediate is < 1 or > 3 || IsNeeded(index, next))
            return 0;
        _code.Address(Destination(move), Source(move), Destination(shift), 0, wide: true, shift.Immediate);
        return 3;
    }

    /// <summary><c>a = *p; a += constant; *p = a</c> where nobody needs <c>a</c> afterwards.</summary>
    private int EmitCount(Instruction load, Instruction add, Instruction store, int next)
    {
        bool isSum = add.Class is Opcode.Alu or Opcode.Alu64 && add.Code == Opcode.Add && !add.UsesSourceRegister && add.Destination == load.Destination;
        bool isSamePlace = store.Class == Opcode.Stx && store.Mode == Opcode.ModeMemory && store.Source == load.Destination && store.Destination == load.Source
            && store.Offset == load.Offset && store.AccessBytes == load.AccessBytes && load.Destination != load.Source;
        // The upper half of a sum of 32 bits is zeros, and what is stored of it must be no more than that half.
        bool isWhole = load.AccessBytes == 4 || (load.AccessBytes == 8 && add.Class == Opcode.Alu64);
        if (!isSum || !isSamePlace || !isWhole || IsNeeded(load.Destination, next))
            return 0;
        _code.OperateMemory(X64Operation.Add, Source(load), load.Offset, add.Immediate, load.AccessBytes == 8);
        return 3;
    }

    private bool IsNeeded(int register, int slot) => (_flow.Live(slot) & 1 << register) != 0;
}
