using System.Numerics;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Verification;

namespace MicroLake.Policies.Jit;

/// <summary>
/// Compiles a program to x86-64 code. r1 to r5 are the argument registers of the System V calling convention, so that a helper is called as it is;
/// r6 to r9 are registers that calls keep; r10 is RBP, with the frame below it. R9 to R11 are free for the compiler, R12 holds the
/// <see cref="CheckedState"/> of checked code.
/// </summary>
internal sealed partial class JitCompiler
{
    private const X64 Scratch = X64.R11;
    private const X64 SecondScratch = X64.R10;
    private const X64 ThirdScratch = X64.R9;

    /// <summary>Jumps that went no farther than this in the first pass are short in the second, which only brings code closer together.</summary>
    private const int ShortReach = 100;

    private static ReadOnlySpan<byte> Registers =>
    [
        (byte)X64.Rax, (byte)X64.Rdi, (byte)X64.Rsi, (byte)X64.Rdx, (byte)X64.Rcx, (byte)X64.R8,
        (byte)X64.Rbx, (byte)X64.R13, (byte)X64.R14, (byte)X64.R15, (byte)X64.Rbp,
    ];

    private readonly PolicyProgram _program;
    private readonly bool _isChecked;
    private readonly bool _hasBmi2;
    private readonly ProgramFlow _flow;
    private readonly Dictionary<int, CountedLoop> _loops;
    private readonly X64Encoder _code = new();
    private readonly int[] _positions;
    private readonly int[] _entries;
    private readonly List<Fixup> _fixups = [];
    private int[]? _firstPass;
    private int _checkPosition;
    private int _faultPosition;
    private int _leavePosition;

    private JitCompiler(PolicyProgram program, bool isChecked, bool hasBmi2)
    {
        _program = program;
        _isChecked = isChecked;
        _hasBmi2 = hasBmi2;
        _flow = new ProgramFlow(program, isResultChecked: false, isDecided: static _ => false, isReadBack: static _ => false);
        _loops = isChecked ? [] : CountedLoop.FindAll(program, _flow);
        _positions = new int[program.Code.Instructions.Length];
        _entries = new int[program.Code.Functions.Length];
    }

    /// <summary>A distance that is known once all code is placed.</summary>
    private readonly struct Fixup(int end, bool isShort, Place place, int index)
    {
        public readonly int End = end;
        public readonly bool IsShort = isShort;
        public readonly Place Place = place;
        public readonly int Index = index;
    }

    private enum Place : byte
    {
        Instruction,
        Function,
        Check,
        Fault,
    }

    /// <summary>Returns code that may lie anywhere. Its first byte is where it is entered.</summary>
    /// <param name="program">What to compile: verified, or else <paramref name="isChecked"/>.</param>
    /// <param name="isChecked">Every access is checked against granted memory, loops against a budget; slow, and safe for any program.</param>
    /// <param name="hasBmi2">The processor has shifts by any register.</param>
    public static byte[] Compile(PolicyProgram program, bool isChecked, bool hasBmi2)
    {
        var compiler = new JitCompiler(program, isChecked, hasBmi2);
        compiler.EmitAll();
        compiler._firstPass = (int[])compiler._positions.Clone();
        compiler.EmitAll();
        return compiler._code.Bytes.ToArray();
    }

    private void EmitAll()
    {
        _code.Clear();
        _fixups.Clear();
        if (_isChecked)
            EmitCheckedEntry();
        for (int f = 0; f < _entries.Length; f++)
            EmitFunction(f);
        if (_isChecked)
            EmitCheckedStubs();
        foreach (Fixup fixup in _fixups)
            Resolve(fixup);
    }

    private void Resolve(Fixup fixup)
    {
        int target = fixup.Place switch
        {
            Place.Instruction => _positions[fixup.Index],
            Place.Function => _entries[fixup.Index],
            Place.Check => _checkPosition,
            _ => _faultPosition,
        };
        _code.Patch(fixup.End, target - fixup.End, fixup.IsShort);
    }

    private void EmitFunction(int function)
    {
        int start = _program.Code.Functions[function], end = _program.Code.FunctionEnd(function);
        _entries[function] = _code.Length;
        Frame frame = _isChecked ? default : FrameOf(start, end);
        EnterFrame(frame);
        EmitSlots(start, end, frame);
    }

    /// <summary>Emits what is from a slot on until another one.</summary>
    private void EmitSlots(int start, int end, Frame frame)
    {
        for (int i = start; i < end;)
            i = i > start && _loops.TryGetValue(i, out CountedLoop loop) ? EmitLoop(i, loop, frame) : EmitSlot(i, end, frame);
    }

    /// <summary>Emits what is at a slot, and what is one with it; returns the slot behind.</summary>
    private int EmitSlot(int index, int end, Frame frame)
    {
        int position = _code.Length;
        // Checked code checks each access by itself.
        int count = _isChecked ? 0 : EmitFused(index, end);
        if (count == 0)
        {
            Instruction instruction = _program.Code.Instructions[index];
            EmitInstruction(instruction, index, frame);
            count = instruction.IsWideLoad ? 2 : 1;
        }

        Array.Fill(_positions, position, index, count);
        return index + count;
    }

    private void EmitInstruction(Instruction instruction, int index, Frame frame)
    {
        switch (instruction.Class)
        {
            case Opcode.Ld:
                _code.MoveConstant(Destination(instruction), _program.WideValue(index));
                break;
            case Opcode.Ldx:
                CheckAccess(instruction, instruction.Source, index, isWrite: false);
                _code.Load(Destination(instruction), Source(instruction), instruction.Offset, instruction.AccessBytes, instruction.Mode == Opcode.ModeMemorySigned);
                break;
            case Opcode.St:
                CheckAccess(instruction, instruction.Destination, index, isWrite: true);
                _code.StoreConstant(Destination(instruction), instruction.Offset, instruction.Immediate, instruction.AccessBytes);
                break;
            case Opcode.Stx:
                CheckAccess(instruction, instruction.Destination, index, isWrite: true);
                if (instruction.Mode == Opcode.ModeAtomic)
                    EmitAtomic(instruction);
                else
                    _code.Store(Destination(instruction), instruction.Offset, Source(instruction), instruction.AccessBytes);
                break;
            case Opcode.Alu or Opcode.Alu64:
                EmitArithmetic(instruction);
                break;
            default:
                EmitJump(instruction, index, frame);
                break;
        }
    }

    private void EmitJump(Instruction instruction, int index, Frame frame)
    {
        if (instruction.IsExit)
        {
            LeaveFrame(frame);
            return;
        }

        if (instruction.Code == Opcode.Call)
        {
            if (instruction.Source == Opcode.CallLocal)
                EmitLocalCall(instruction, index);
            else
                EmitHelperCall(instruction);
            return;
        }

        int target = (int)instruction.Target(index);
        if (_isChecked && target <= index)
            EmitBudget(index);
        if (!instruction.IsJumpAlways)
            Compare(instruction);
        else if (!_isChecked && TryEmitAhead(index, target, frame))
            return;
        EmitBranch(instruction.IsJumpAlways ? null : Condition(instruction.Code), index, target);
    }

    /// <summary>A jump from one slot to another.</summary>
    private void EmitBranch(X64Condition? condition, int index, int target, bool mayBeShort = true)
    {
        bool isShort = mayBeShort && _firstPass is { } first && Math.Abs(first[target] - first[index]) <= ShortReach;
        if (condition is { } taken)
            _code.JumpIf(taken, 0, isShort);
        else
            _code.Jump(0, isShort);
        _fixups.Add(new Fixup(_code.Length, isShort, Place.Instruction, target));
    }

    private void Compare(Instruction instruction)
    {
        X64 left = Destination(instruction);
        bool wide = instruction.Is64, isTest = instruction.Code == Opcode.Jset;
        if (instruction.UsesSourceRegister && isTest)
            _code.Test(left, Source(instruction), wide);
        else if (instruction.UsesSourceRegister)
            _code.Operate(X64Operation.Compare, left, Source(instruction), wide);
        else if (isTest)
            _code.Test(left, instruction.Immediate, wide);
        else if (instruction.Immediate == 0)
            _code.Test(left, left, wide);
        else
            _code.Operate(X64Operation.Compare, left, instruction.Immediate, wide);
    }

    private static X64Condition Condition(int code) => code switch
    {
        Opcode.Jeq => X64Condition.Equal,
        Opcode.Jgt => X64Condition.Above,
        Opcode.Jge => X64Condition.AboveOrEqual,
        Opcode.Jset or Opcode.Jne => X64Condition.NotEqual,
        Opcode.Jsgt => X64Condition.Greater,
        Opcode.Jsge => X64Condition.GreaterOrEqual,
        Opcode.Jlt => X64Condition.Below,
        Opcode.Jle => X64Condition.BelowOrEqual,
        Opcode.Jslt => X64Condition.Less,
        _ => X64Condition.LessOrEqual,
    };

    private void EmitLocalCall(Instruction instruction, int index)
    {
        if (_isChecked)
            EnterCheckedCall(index);
        _code.Call(0);
        _fixups.Add(new Fixup(_code.Length, false, Place.Function, _program.Code.FunctionOf((int)instruction.Target(index))));
        if (_isChecked)
            LeaveCheckedCall();
    }

    private void EmitHelperCall(Instruction instruction)
    {
        _code.MoveConstant(X64.Rax, (ulong)_program.Helper(instruction.Immediate).Address);
        _code.CallRegister(X64.Rax);
        if (!_isChecked)
            return;
        for (int r = 1; r <= HelperFunction.MaxArguments; r++)
            _code.MoveConstant((X64)Registers[r], 0);
    }

    private static X64 Destination(Instruction instruction) => (X64)Registers[instruction.Destination];

    private static X64 Source(Instruction instruction) => (X64)Registers[instruction.Source];

    /// <summary>What a function needs besides its code.</summary>
    /// <param name="saved">Registers among r6 to r9 that it writes.</param>
    /// <param name="hasStack">It uses r10.</param>
    /// <param name="bytes">To take from the stack pointer.</param>
    private readonly struct Frame(int saved, bool hasStack, int bytes)
    {
        public readonly int Saved = saved;
        public readonly bool HasStack = hasStack;
        public readonly int Bytes = bytes;
    }

    private Frame FrameOf(int start, int end)
    {
        const int Kept = 0b11_1100_0000;
        int written = 0, read = 0;
        bool calls = false;
        for (int i = start; i < end; i++)
        {
            Instruction instruction = _program.Code.Instructions[i];
            written |= RegisterUse.Written(instruction);
            read |= RegisterUse.Read(instruction, _program);
            calls |= instruction.Opcode == Opcode.CallInstruction;
            if (instruction.IsWideLoad)
                i++;
        }

        // The stack is aligned to 16 where a function is called; the return address, RBP and what is saved take 8 each.
        int saved = written & Kept;
        bool hasStack = (read & 1 << Instruction.FramePointer) != 0;
        int words = 1 + BitOperations.PopCount((uint)saved) + (hasStack ? 1 : 0);
        int padding = (hasStack || calls) && words % 2 != 0 ? 8 : 0;
        return new Frame(saved, hasStack, (hasStack ? PolicyProgram.StackBytes : 0) + padding);
    }

    private void EnterFrame(Frame frame)
    {
        if (frame.HasStack)
        {
            _code.Push(X64.Rbp);
            _code.Move(X64.Rbp, X64.Rsp, wide: true);
        }

        if (frame.Bytes > 0)
            _code.Operate(X64Operation.Sub, X64.Rsp, frame.Bytes, wide: true);
        for (int r = 6; r < Instruction.FramePointer; r++)
            if ((frame.Saved & 1 << r) != 0)
                _code.Push((X64)Registers[r]);
    }

    private void LeaveFrame(Frame frame)
    {
        for (int r = Instruction.FramePointer - 1; r >= 6; r--)
            if ((frame.Saved & 1 << r) != 0)
                _code.Pop((X64)Registers[r]);
        if (frame.HasStack)
            _code.Leave();
        else if (frame.Bytes > 0)
            _code.Operate(X64Operation.Add, X64.Rsp, frame.Bytes, wide: true);
        _code.Return();
    }
}
