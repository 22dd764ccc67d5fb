using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Execution;

/// <summary>Which registers and bytes of stack a program has written: reading others is a fault that no memory bounds can show.</summary>
internal sealed class InitialisationTracker(CheckedMemory memory)
{
    private const int ArgumentRegisters = 0b11_1110;
    private const int KeptRegisters = 0b11_1100_0000;
    private const int FramePointerOnly = 1 << Instruction.FramePointer;

    private readonly bool[] _stack = new bool[CheckedMemory.StackBytes];
    private readonly int[] _kept = new int[PolicyProgram.MaxFrames];
    private int _written;
    private int _frame;

    public void Start()
    {
        Array.Clear(_stack);
        _written = FramePointerOnly | 0b110;
        _frame = 0;
    }

    /// <summary>Checks the registers that an instruction reads, and notes those that it writes.</summary>
    public void Before(Instruction instruction, int at, PolicyProgram program)
    {
        int read = RegisterUse.Read(instruction, program), written = RegisterUse.Written(instruction);
        // A function may return nothing; the program may not.
        int missing = instruction.IsExit && _frame > 0 ? 0 : read & ~_written;
        if (missing != 0)
            throw new PolicyFaultException(at, $"it reads r{int.TrailingZeroCount(missing)}, which nothing has written");
        _written |= written;
        if (instruction.Opcode == Opcode.CallInstruction && instruction.Source == Opcode.CallHelper)
            _written &= ~ArgumentRegisters;
    }

    public void Access(Instruction instruction, ulong address, int at, bool isWrite)
    {
        ulong offset = address - memory.StackLow;
        if (offset >= CheckedMemory.StackBytes)
            return;
        if (offset < (ulong)(CheckedMemory.StackBytes - (_frame + 1) * PolicyProgram.StackBytes))
            throw new PolicyFaultException(at, "it accesses stack below its function's frame");
        Span<bool> bytes = _stack.AsSpan((int)offset, instruction.AccessBytes);
        bool reads = !isWrite || instruction.Mode == Opcode.ModeAtomic;
        if (reads && bytes.Contains(false))
            throw new PolicyFaultException(at, "it reads stack that nothing has written");
        bytes.Fill(true);
    }

    public void Enter(int frame)
    {
        _frame = frame;
        _kept[frame - 1] = _written & KeptRegisters;
        _written &= ~(KeptRegisters | 1);
        _stack.AsSpan(CheckedMemory.StackBytes - (frame + 1) * PolicyProgram.StackBytes, PolicyProgram.StackBytes).Clear();
    }

    public void Leave(int frame)
    {
        _frame = frame;
        _written = _written & ~(KeptRegisters | ArgumentRegisters) | _kept[frame];
    }

    /// <summary>What a helper may write counts as written.</summary>
    public void WrittenByHelper(ulong address, ulong bytes)
    {
        ulong offset = address - memory.StackLow;
        if (offset < CheckedMemory.StackBytes && bytes <= CheckedMemory.StackBytes - offset)
            _stack.AsSpan((int)offset, (int)bytes).Fill(true);
    }
}
