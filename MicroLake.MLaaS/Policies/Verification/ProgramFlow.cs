using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>
/// What can be said of each point without knowing values: which registers may still be read there, and whose numbers may still decide an address,
/// a length, a checked result, or a jump that was decided: one of whose ways was not followed somewhere, because the numbers excluded it. Where both
/// ways of a jump were always followed, its operands need not be alike for two states to be alike.
/// </summary>
internal sealed class ProgramFlow
{
    private const int ArgumentRegisters = 0b11_1110;

    private readonly PolicyProgram _program;
    private readonly bool _isResultChecked;
    private readonly ushort[] _live;
    private readonly ushort[] _relevant;
    private readonly bool[] _meets;
    private readonly bool[] _mayLoop;
    private readonly Func<int, bool> _isDecided;
    private readonly Func<int, bool> _isReadBack;

    /// <param name="program">The program.</param>
    /// <param name="isResultChecked">The hook does not take every result.</param>
    /// <param name="isDecided">Whether the jump at a slot was decided.</param>
    /// <param name="isReadBack">Whether what the instruction at a slot stores in the stack comes back as what it was.</param>
    public ProgramFlow(PolicyProgram program, bool isResultChecked, Func<int, bool> isDecided, Func<int, bool> isReadBack)
    {
        _program = program;
        _isResultChecked = isResultChecked;
        _isDecided = isDecided;
        _isReadBack = isReadBack;
        int length = program.Code.Instructions.Length;
        _live = new ushort[length];
        _relevant = new ushort[length];
        _meets = new bool[length];
        _mayLoop = new bool[length];
        FindMeetings();
        Follow();
    }

    /// <summary>Registers that may be read at or after a slot before they are written, as bits.</summary>
    public int Live(int slot) => _live[slot];

    /// <summary>Those of them whose numbers matter.</summary>
    public int Relevant(int slot) => _relevant[slot];

    /// <summary>Ways meet at a slot: it is where a jump leads.</summary>
    public bool Meets(int slot) => _meets[slot];

    /// <summary>Whether a slot may be in a loop: it lies between a jump back and where that leads. Every loop has a jump back over each of its slots.</summary>
    public bool MayLoop(int slot) => _mayLoop[slot];

    private void FindMeetings()
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].IsConditionalJump || code[i].IsJumpAlways || code[i].IsLocalCall)
            {
                int target = (int)code[i].Target(i);
                _meets[target] = true;
                if (!code[i].IsLocalCall && target <= i)
                    _mayLoop.AsSpan(target, i - target + 1).Fill(true);
            }

            if (code[i].IsWideLoad)
                i++;
        }
    }

    /// <summary>From the end to the start, again until nothing changes.</summary>
    private void Follow()
    {
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        var isSecondSlot = new bool[code.Length];
        for (int i = 0; i < code.Length; i++)
            if (code[i].IsWideLoad)
                isSecondSlot[++i] = true;
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = code.Length - 1; i >= 0; i--)
            {
                if (isSecondSlot[i])
                    continue;
                int live = LiveBefore(code[i], i), relevant = RelevantBefore(code[i], i);
                changed |= live != _live[i] || relevant != _relevant[i];
                _live[i] = (ushort)live;
                _relevant[i] = (ushort)relevant;
            }
        }
    }

    private int LiveBefore(Instruction instruction, int at)
    {
        int after = After(_live, instruction, at);
        if (instruction.IsLocalCall)
            return after & ~(ArgumentRegisters | 1) | ArgumentRegisters;
        int written = RegisterUse.Written(instruction);
        if (instruction.Opcode == Opcode.CallInstruction)
            written |= ArgumentRegisters;
        return after & ~written | RegisterUse.Read(instruction, _program);
    }

    private int RelevantBefore(Instruction instruction, int at)
    {
        int after = After(_relevant, instruction, at);
        int destination = 1 << instruction.Destination, source = 1 << instruction.Source;
        switch (instruction.Class)
        {
            case Opcode.Ld:
                return after & ~destination;
            case Opcode.Ldx:
                return after & ~destination | source;
            case Opcode.St:
                return after | destination;
            case Opcode.Stx when instruction.Mode == Opcode.ModeAtomic:
                return after & ~RegisterUse.Written(instruction) | destination;
            case Opcode.Stx:
                return after | destination | (_isReadBack(at) ? source : 0);
            case Opcode.Alu or Opcode.Alu64:
                if ((after & destination) == 0)
                    return after;
                int operand = instruction.UsesSourceRegister && instruction.Code != Opcode.End ? source : 0;
                return (instruction.Code == Opcode.Mov ? after & ~destination : after) | operand;
        }

        if (instruction.IsJumpAlways)
            return after;
        if (instruction.IsExit)
            return _isResultChecked || _program.Code.FunctionOf(at) != 0 ? 1 : 0;
        if (instruction.Code != Opcode.Call)
        {
            int compared = destination | (instruction.UsesSourceRegister ? source : 0);
            // What is learnt of one operand depends on the other.
            return _isDecided(at) || (instruction.UsesSourceRegister && (after & compared) != 0) ? after | compared : after;
        }

        after &= ~(ArgumentRegisters | 1);
        if (instruction.IsLocalCall)
            return after | ArgumentRegisters;
        ReadOnlySpan<HelperArgument> arguments = _program.Helper(instruction.Immediate).Arguments;
        for (int i = 0; i < arguments.Length; i++)
            after |= arguments[i] is HelperArgument.None or HelperArgument.Scalar ? 0 : 2 << i;
        return after;
    }

    private int After(ushort[] set, Instruction instruction, int at)
    {
        if (instruction.IsExit)
            return 0;
        if (instruction.IsJumpAlways)
            return set[instruction.Target(at)];
        int next = set[at + (instruction.IsWideLoad ? 2 : 1)];
        return instruction.IsConditionalJump ? next | set[instruction.Target(at)] : next;
    }
}
