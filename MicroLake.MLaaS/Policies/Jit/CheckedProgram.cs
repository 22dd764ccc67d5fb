using System.Runtime.Intrinsics.X86;
using MicroLake.Policies.Execution;

namespace MicroLake.Policies.Jit;

/// <summary>
/// A program that nobody verified, compiled with checks: it accesses only the memory that it was granted and ends within a budget of loops and
/// calls. For tools and tests; a hook runs <see cref="CompiledProgram"/>.
/// </summary>
public sealed unsafe class CheckedProgram : IDisposable
{
    private readonly ICodeMemory _memory;
    private readonly int _length;
    private nint _code;

    /// <exception cref="PlatformNotSupportedException">The processor is none that this compiler knows.</exception>
    public CheckedProgram(PolicyProgram program, ICodeMemory memory) : this(program, memory, Bmi2.X64.IsSupported)
    {
    }

    internal CheckedProgram(PolicyProgram program, ICodeMemory memory, bool hasBmi2)
    {
        JitTarget.Require();
        byte[] code = JitCompiler.Compile(program, isChecked: true, hasBmi2);
        _memory = memory;
        _length = code.Length;
        _code = memory.Place(code);
    }

    /// <summary>Runs the program with two arguments and returns r0.</summary>
    /// <param name="memory">What it may access.</param>
    /// <param name="r1">Its first argument, as a rule an address.</param>
    /// <param name="r2">Its second.</param>
    /// <param name="budget">How many jumps backwards and calls of functions it may take.</param>
    /// <exception cref="PolicyFaultException">It did what it may not.</exception>
    public ulong Run(CheckedMemory memory, ulong r1, ulong r2, long budget)
    {
        ObjectDisposedException.ThrowIf(_code == 0, this);
        new Span<byte>((void*)memory.StackLow, CheckedMemory.StackBytes).Clear();
        var state = new CheckedState
        {
            Budget = budget,
            StackLow = memory.StackLow,
            StackTop = memory.StackTop,
            RegionCount = (ulong)memory.Count,
            Regions = memory.Regions,
            Fault = CheckedState.NoFault,
        };
        ulong result = ((delegate* unmanaged<ulong, ulong, CheckedState*, ulong>)_code)(r1, r2, &state);
        if (state.Fault == CheckedState.NoFault)
            return result;
        int index = (int)((uint)state.Fault & ~CheckedState.ReasonMask);
        throw ((uint)state.Fault & CheckedState.ReasonMask) switch
        {
            CheckedState.ReasonBudget => Interpreter.OutOfBudget(index),
            CheckedState.ReasonDepth => Interpreter.TooDeep(index),
            uint reason => Interpreter.BadAccess(index, reason == CheckedState.ReasonWrite),
        };
    }

    public void Dispose()
    {
        if (_code == 0)
            return;
        _memory.Free(_code, _length);
        _code = 0;
    }
}
