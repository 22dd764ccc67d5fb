using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>Registers and stack of a function at work.</summary>
internal sealed class FrameState
{
    public const int Slots = PolicyProgram.StackBytes / StackSlot.Bytes;

    private StackSlot[] _stack;

    private FrameState(RegisterState[] registers, StackSlot[] stack)
    {
        Registers = registers;
        _stack = stack;
    }

    public FrameState(int number, int returnsTo) : this(new RegisterState[Instruction.Registers], [])
    {
        ReturnsTo = returnsTo;
        Registers[Instruction.FramePointer] = RegisterState.Pointer(RegisterKind.Stack, number);
    }

    public RegisterState[] Registers { get; }

    /// <summary>Where the caller goes on.</summary>
    public int ReturnsTo { get; private init; }

    /// <summary>Slots that were ever touched: the others, deeper, are not kept.</summary>
    public int UsedSlots => _stack.Length;

    public FrameState Clone() => new((RegisterState[])Registers.Clone(), (StackSlot[])_stack.Clone()) { ReturnsTo = ReturnsTo };

    /// <summary>A slot by its number from the frame's end: 0 is r10 - 8.</summary>
    public StackSlot Read(int slot) => slot < _stack.Length ? _stack[slot] : default;

    public ref StackSlot Touch(int slot)
    {
        if (slot >= _stack.Length)
            Array.Resize(ref _stack, slot + 1);
        return ref _stack[slot];
    }
}
