using System.Numerics;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Jit;

/// <summary>Arithmetic, byte swaps and atomic operations.</summary>
internal sealed partial class JitCompiler
{
    private void EmitArithmetic(Instruction instruction)
    {
        bool wide = instruction.Is64;
        X64 to = Destination(instruction);
        switch (instruction.Code)
        {
            case Opcode.Add:
                Operate(X64Operation.Add, instruction);
                break;
            case Opcode.Sub:
                Operate(X64Operation.Sub, instruction);
                break;
            case Opcode.Or:
                Operate(X64Operation.Or, instruction);
                break;
            case Opcode.And:
                Operate(X64Operation.And, instruction);
                break;
            case Opcode.Xor:
                Operate(X64Operation.Xor, instruction);
                break;
            case Opcode.Mul when instruction.UsesSourceRegister:
                _code.Multiply(to, Source(instruction), wide);
                break;
            case Opcode.Mul:
                _code.Multiply(to, to, instruction.Immediate, wide);
                break;
            case Opcode.Div or Opcode.Mod when instruction.UsesSourceRegister:
                DivideByRegister(instruction);
                break;
            case Opcode.Div or Opcode.Mod:
                DivideByConstant(instruction);
                break;
            case Opcode.Lsh:
                Shift(X64Shift.Left, instruction);
                break;
            case Opcode.Rsh:
                Shift(X64Shift.Right, instruction);
                break;
            case Opcode.Arsh:
                Shift(X64Shift.RightSigned, instruction);
                break;
            case Opcode.Neg:
                _code.Negate(to, wide);
                break;
            case Opcode.Mov when !instruction.UsesSourceRegister:
                _code.MoveConstant(to, wide ? (ulong)instruction.Immediate : (uint)instruction.Immediate);
                break;
            case Opcode.Mov when instruction.Offset != 0:
                _code.Extend(to, Source(instruction), instruction.Offset, isSigned: true, wide);
                break;
            case Opcode.Mov:
                if (!wide || to != Source(instruction))
                    _code.Move(to, Source(instruction), wide);
                break;
            default:
                Swap(instruction, to);
                break;
        }
    }

    private void Operate(X64Operation operation, Instruction instruction)
    {
        X64 to = instruction.Destination == _summedRegister ? _sum : Destination(instruction);
        if (instruction.UsesSourceRegister)
            _code.Operate(operation, to, Source(instruction), instruction.Is64);
        else
            _code.Operate(operation, to, instruction.Immediate, instruction.Is64);
    }

    private void Swap(Instruction instruction, X64 register)
    {
        bool swaps = instruction.Is64 || instruction.UsesSourceRegister;
        switch (instruction.Immediate)
        {
            case 16:
                if (swaps)
                    _code.RotateHalf(register);
                _code.Extend(register, register, 16, isSigned: false, wide: false);
                break;
            case 32 when swaps:
                _code.SwapBytes(register, wide: false);
                break;
            case 32:
                _code.Move(register, register, wide: false);
                break;
            case 64 when swaps:
                _code.SwapBytes(register, wide: true);
                break;
        }
    }

    private void Shift(X64Shift shift, Instruction instruction)
    {
        bool wide = instruction.Is64;
        X64 to = Destination(instruction);
        if (!instruction.UsesSourceRegister)
        {
            ShiftByConstant(shift, to, instruction.Immediate & (wide ? 63 : 31), wide);
            return;
        }

        X64 count = Source(instruction);
        if (_hasBmi2)
        {
            _code.ShiftBy(shift, to, count, wide);
            return;
        }

        if (count == X64.Rcx && to != X64.Rcx)
        {
            _code.ShiftByCl(shift, to, wide);
            return;
        }

        // RCX is r4: what is in it waits in a free register, and is shifted there if it is what must be shifted.
        _code.Move(Scratch, X64.Rcx, wide: true);
        if (count != X64.Rcx)
            _code.Move(X64.Rcx, count, wide: false);
        _code.ShiftByCl(shift, to == X64.Rcx ? Scratch : to, wide);
        _code.Move(X64.Rcx, Scratch, wide: true);
    }

    private void ShiftByConstant(X64Shift shift, X64 to, int count, bool wide)
    {
        if (count != 0)
            _code.Shift(shift, to, count, wide);
        else if (!wide)
            _code.Move(to, to, wide: false);
    }

    private void DivideByConstant(Instruction instruction)
    {
        bool wide = instruction.Is64, isModulo = instruction.Code == Opcode.Mod, isSigned = instruction.Offset == 1;
        X64 to = Destination(instruction);
        ulong divisor = wide ? (ulong)instruction.Immediate : (uint)instruction.Immediate;
        if (divisor == 0)
        {
            DivideByZero(to, isModulo, wide);
        }
        else if (isSigned && instruction.Immediate == -1)
        {
            DivideByMinusOne(to, isModulo, wide);
        }
        else if (!isSigned && BitOperations.IsPow2(divisor))
        {
            DivideByPowerOfTwo(to, divisor, isModulo, wide);
        }
        else
        {
            _code.MoveConstant(Scratch, divisor);
            DivideByScratch(to, isSigned, isModulo, wide);
        }
    }

    private void DivideByPowerOfTwo(X64 to, ulong divisor, bool isModulo, bool wide)
    {
        if (!isModulo)
        {
            ShiftByConstant(X64Shift.Right, to, BitOperations.TrailingZeroCount(divisor), wide);
        }
        else if (divisor - 1 <= int.MaxValue)
        {
            _code.Operate(X64Operation.And, to, (int)(divisor - 1), wide);
        }
        else
        {
            _code.MoveConstant(Scratch, divisor - 1);
            _code.Operate(X64Operation.And, to, Scratch, wide);
        }
    }

    private void DivideByRegister(Instruction instruction)
    {
        bool wide = instruction.Is64, isModulo = instruction.Code == Opcode.Mod, isSigned = instruction.Offset == 1;
        X64 to = Destination(instruction);
        _code.Move(Scratch, Source(instruction), wide);
        _code.Test(Scratch, Scratch, wide);
        int toZero = JumpForward(X64Condition.Equal);
        int toMinusOne = 0;
        if (isSigned)
        {
            _code.Operate(X64Operation.Compare, Scratch, -1, wide);
            toMinusOne = JumpForward(X64Condition.Equal);
        }

        DivideByScratch(to, isSigned, isModulo, wide);
        int toEnd = JumpForward(null);
        int fromMinusOne = 0;
        if (isSigned)
        {
            _code.PatchShort(toMinusOne);
            DivideByMinusOne(to, isModulo, wide);
            fromMinusOne = JumpForward(null);
        }

        _code.PatchShort(toZero);
        DivideByZero(to, isModulo, wide);
        _code.PatchShort(toEnd);
        if (isSigned)
            _code.PatchShort(fromMinusOne);
    }

    /// <summary>A short jump, whose end <see cref="X64Encoder.PatchShort"/> takes.</summary>
    private int JumpForward(X64Condition? condition)
    {
        if (condition is { } taken)
            _code.JumpIf(taken, 0, isShort: true);
        else
            _code.Jump(0, isShort: true);
        return _code.Length;
    }

    private void DivideByZero(X64 to, bool isModulo, bool wide)
    {
        if (!isModulo)
            _code.MoveConstant(to, 0);
        else if (!wide)
            _code.Move(to, to, wide: false);
    }

    private void DivideByMinusOne(X64 to, bool isModulo, bool wide)
    {
        if (isModulo)
            _code.MoveConstant(to, 0);
        else
            _code.Negate(to, wide);
    }

    /// <summary>Divides by what the scratch register holds: neither 0 nor, signed, -1. RAX and RDX, which are r0 and r3, are kept.</summary>
    private void DivideByScratch(X64 to, bool isSigned, bool isModulo, bool wide)
    {
        if (to != X64.Rax)
            _code.Move(ThirdScratch, X64.Rax, wide: true);
        if (to != X64.Rdx)
            _code.Move(SecondScratch, X64.Rdx, wide: true);
        if (to != X64.Rax)
            _code.Move(X64.Rax, to, wide);
        if (isSigned)
            _code.ExtendRax(wide);
        else
            _code.MoveConstant(X64.Rdx, 0);
        _code.Divide(Scratch, isSigned, wide);
        X64 result = isModulo ? X64.Rdx : X64.Rax;
        if (to != result)
            _code.Move(to, result, wide: true);
        if (to != X64.Rax)
            _code.Move(X64.Rax, ThirdScratch, wide: true);
        if (to != X64.Rdx)
            _code.Move(X64.Rdx, SecondScratch, wide: true);
    }

    private void EmitAtomic(Instruction instruction)
    {
        bool wide = instruction.AccessBytes == 8;
        X64 address = Destination(instruction), operand = Source(instruction);
        int offset = instruction.Offset;
        switch (instruction.Immediate)
        {
            case Opcode.Exchange:
                _code.Exchange(operand, address, offset, wide);
                break;
            case Opcode.CompareExchange:
                _code.CompareExchange(operand, address, offset, wide);
                // Where memory was equal, a 32-bit operation leaves the upper half of RAX alone.
                if (!wide)
                    _code.Move(X64.Rax, X64.Rax, wide: false);
                break;
            case Opcode.Add | Opcode.Fetch:
                _code.ExchangeAdd(operand, address, offset, wide);
                break;
            case Opcode.Add or Opcode.Or or Opcode.And or Opcode.Xor:
                _code.OperateMemory(LogicOf(instruction.Immediate), address, offset, operand, wide, isLocked: true);
                break;
            default:
                FetchAndOperate(LogicOf(instruction.Immediate & ~Opcode.Fetch), address, offset, operand, wide);
                break;
        }
    }

    private static X64Operation LogicOf(int operation) => operation switch
    {
        Opcode.Add => X64Operation.Add,
        Opcode.Or => X64Operation.Or,
        Opcode.And => X64Operation.And,
        _ => X64Operation.Xor,
    };

    /// <summary>The processor has no such instruction: it is computed and exchanged until nobody came between.</summary>
    private void FetchAndOperate(X64Operation operation, X64 address, int offset, X64 operand, bool wide)
    {
        _code.Move(SecondScratch, X64.Rax, wide: true);
        X64 place = address == X64.Rax ? SecondScratch : address, value = operand == X64.Rax ? SecondScratch : operand;
        _code.Load(X64.Rax, place, offset, wide ? 8 : 4, isSigned: false);
        int again = _code.Length;
        _code.Move(ThirdScratch, X64.Rax, wide: true);
        _code.Operate(operation, ThirdScratch, value, wide);
        _code.CompareExchange(ThirdScratch, place, offset, wide);
        _code.JumpIf(X64Condition.NotEqual, again - (_code.Length + 2), isShort: true);
        if (operand == X64.Rax)
            return;
        _code.Move(operand, X64.Rax, wide);
        _code.Move(X64.Rax, SecondScratch, wide: true);
    }
}
