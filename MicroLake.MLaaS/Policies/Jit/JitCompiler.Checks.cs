using MicroLake.Policies.Execution;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Jit;

/// <summary>
/// What is added for programs that nobody verified. Their stack is apart from the processor's, in the memory that they were granted, so that they
/// cannot reach return addresses; a fault gives up whatever was called and returns from the entry.
/// </summary>
internal sealed partial class JitCompiler
{
    private static readonly X64[] s_kept = [X64.Rbp, X64.Rbx, X64.R12, X64.R13, X64.R14, X64.R15];
    private static readonly X64[] s_keptByCalls = [X64.Rbp, X64.Rbx, X64.R13, X64.R14, X64.R15];

    /// <summary>The entry takes r1, r2 and the state.</summary>
    private void EmitCheckedEntry()
    {
        foreach (X64 register in s_kept)
            _code.Push(register);
        _code.Move(X64.R12, X64.Rdx, wide: true);
        _code.Store(X64.R12, CheckedState.StackPointerOffset, X64.Rsp, 8);
        _code.Load(X64.Rbp, X64.R12, CheckedState.StackTopOffset, 8, isSigned: false);
        for (int r = 0; r < Instruction.FramePointer; r++)
            if (r is not (1 or 2))
                _code.MoveConstant((X64)Registers[r], 0);
        _code.Call(0);
        _fixups.Add(new Fixup(_code.Length, false, Place.Function, 0));
        _leavePosition = _code.Length;
        for (int i = s_kept.Length - 1; i >= 0; i--)
            _code.Pop(s_kept[i]);
        _code.Return();
    }

    private void CheckAccess(Instruction instruction, int register, int index, bool isWrite)
    {
        if (!_isChecked)
            return;
        _code.Address(Scratch, (X64)Registers[register], instruction.Offset);
        _code.MoveConstant(SecondScratch, (ulong)instruction.AccessBytes);
        _code.MoveConstant(ThirdScratch, (uint)index | (isWrite ? CheckedState.ReasonWrite : CheckedState.ReasonRead));
        _code.Call(0);
        _fixups.Add(new Fixup(_code.Length, false, Place.Check, 0));
    }

    /// <summary>Loops and calls use up the budget, so every program ends.</summary>
    private void EmitBudget(int index)
    {
        _code.MoveConstant(ThirdScratch, (uint)index | CheckedState.ReasonBudget);
        _code.OperateMemory(X64Operation.Sub, X64.R12, CheckedState.BudgetOffset, 1);
        JumpToFault(X64Condition.Sign);
    }

    private void EnterCheckedCall(int index)
    {
        EmitBudget(index);
        foreach (X64 register in s_keptByCalls)
            _code.Push(register);
        _code.MoveConstant(ThirdScratch, (uint)index | CheckedState.ReasonDepth);
        _code.Operate(X64Operation.Sub, X64.Rbp, PolicyProgram.StackBytes, wide: true);
        _code.CompareMemory(X64.Rbp, X64.R12, CheckedState.StackLowOffset);
        JumpToFault(X64Condition.BelowOrEqual);
        // The new frame is zero.
        _code.Move(ThirdScratch, X64.Rdi, wide: true);
        _code.Move(SecondScratch, X64.Rcx, wide: true);
        _code.Move(Scratch, X64.Rax, wide: true);
        _code.Address(X64.Rdi, X64.Rbp, -PolicyProgram.StackBytes);
        _code.MoveConstant(X64.Rcx, PolicyProgram.StackBytes / 8);
        _code.MoveConstant(X64.Rax, 0);
        _code.FillWords();
        _code.Move(X64.Rdi, ThirdScratch, wide: true);
        _code.Move(X64.Rcx, SecondScratch, wide: true);
        _code.Move(X64.Rax, Scratch, wide: true);
    }

    private void LeaveCheckedCall()
    {
        for (int i = s_keptByCalls.Length - 1; i >= 0; i--)
            _code.Pop(s_keptByCalls[i]);
    }

    private void JumpToFault(X64Condition condition)
    {
        _code.JumpIf(condition, 0, isShort: false);
        _fixups.Add(new Fixup(_code.Length, false, Place.Fault, 0));
    }

    private void EmitCheckedStubs()
    {
        // In: the address, the bytes, and the fault that it would be. All registers of the program are kept.
        _checkPosition = _code.Length;
        _code.Push(X64.Rax);
        _code.Push(X64.Rcx);
        _code.Push(X64.Rdx);
        _code.Load(X64.Rcx, X64.R12, CheckedState.RegionCountOffset, 8, isSigned: false);
        _code.Load(X64.Rdx, X64.R12, CheckedState.RegionsOffset, 8, isSigned: false);
        int next = _code.Length;
        _code.Move(X64.Rax, Scratch, wide: true);
        _code.SubtractMemory(X64.Rax, X64.Rdx, 0);
        int isBelow = JumpForward(X64Condition.Below);
        _code.Operate(X64Operation.Add, X64.Rax, SecondScratch, wide: true);
        int wraps = JumpForward(X64Condition.Below);
        _code.CompareMemory(X64.Rax, X64.Rdx, 8);
        int isAbove = JumpForward(X64Condition.Above);
        _code.Test(ThirdScratch, ThirdScratch, wide: false);
        int isRead = JumpForward(X64Condition.NotSign);
        _code.OperateMemory(X64Operation.Compare, X64.Rdx, 16, 0);
        int isWritable = JumpForward(X64Condition.NotEqual);
        _code.PatchShort(isBelow);
        _code.PatchShort(wraps);
        _code.PatchShort(isAbove);
        _code.Operate(X64Operation.Add, X64.Rdx, MemoryRegion.SizeBytes, wide: true);
        _code.Operate(X64Operation.Sub, X64.Rcx, 1, wide: true);
        _code.JumpIf(X64Condition.NotEqual, next - (_code.Length + 2), isShort: true);

        _faultPosition = _code.Length;
        _code.Store(X64.R12, CheckedState.FaultOffset, ThirdScratch, 8);
        _code.Load(X64.Rsp, X64.R12, CheckedState.StackPointerOffset, 8, isSigned: false);
        _code.Jump(_leavePosition - (_code.Length + 5), isShort: false);

        _code.PatchShort(isRead);
        _code.PatchShort(isWritable);
        _code.Pop(X64.Rdx);
        _code.Pop(X64.Rcx);
        _code.Pop(X64.Rax);
        _code.Return();
    }
}
