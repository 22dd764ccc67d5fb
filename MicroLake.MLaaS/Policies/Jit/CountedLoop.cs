using MicroLake.Policies.Instructions;
using MicroLake.Policies.Verification;

namespace MicroLake.Policies.Jit;

/// <summary>
/// A loop of one straight way that takes a known number of turns: a register begins with a constant, is changed by a constant and compared with
/// one. Turns of which nobody needs the comparison may be emitted behind each other.
/// </summary>
/// <param name="comparison">Slot of the comparison that ends it: the body is what is before.</param>
/// <param name="turns">How many turns may be one, which divides their number.</param>
internal readonly struct CountedLoop(int comparison, int turns)
{
    private const int MostTurns = 8;

    /// <summary>Slots of all turns together.</summary>
    private const int MostSlots = 96;

    /// <summary>How far before the loop the constant may be.</summary>
    private const int LongestWay = 32;

    public readonly int Comparison = comparison, Turns = turns;

    /// <summary>The loops of a program whose turns can be put together, by their first slots.</summary>
    public static Dictionary<int, CountedLoop> FindAll(PolicyProgram program, ProgramFlow flow)
    {
        var loops = new Dictionary<int, CountedLoop>();
        ReadOnlySpan<Instruction> code = program.Code.Instructions;
        var jumps = new int[code.Length];
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].IsConditionalJump || code[i].IsJumpAlways)
                jumps[code[i].Target(i)]++;
            if (code[i].IsWideLoad)
                i++;
        }

        for (int i = 0; i < code.Length; i++)
        {
            if (jumps[i] == 1 && Find(code, flow, i) is { Turns: > 1 } loop)
                loops[i] = loop;
            if (code[i].IsWideLoad)
                i++;
        }

        return loops;
    }

    private static CountedLoop Find(ReadOnlySpan<Instruction> code, ProgramFlow flow, int head)
    {
        int comparison = head;
        while (!code[comparison].IsConditionalJump)
        {
            Instruction instruction = code[comparison];
            comparison += instruction.IsWideLoad ? 2 : 1;
            if (IsLeaving(instruction) || comparison >= code.Length || comparison - head > MostSlots / 2 || flow.Meets(comparison))
                return default;
        }

        Instruction test = code[comparison];
        bool goesBack = test.Code == Opcode.Jne && test.Target(comparison) == head;
        bool jumpsOver = test.Code == Opcode.Jeq && test.Target(comparison) == comparison + 2
            && code[comparison + 1].IsJumpAlways && code[comparison + 1].Target(comparison + 1) == head && !flow.Meets(comparison + 1);
        if (test.UsesSourceRegister || !(goesBack || jumpsOver) || StepOf(code[head..comparison], test) is not { } step || FirstOf(code, flow, head, test) is not { } first)
            return default;

        long way = (long)test.Immediate - first, turns = MostTurns;
        if (way % step != 0 || way / step <= 0)
            return default;
        while (way / step % turns != 0 || turns * (comparison - head) > MostSlots)
            turns--;
        return new(comparison, (int)turns);
    }

    /// <summary>By how much a body changes what is compared: by one addition, or it is none.</summary>
    private static int? StepOf(ReadOnlySpan<Instruction> body, Instruction test)
    {
        int? step = null;
        for (int i = 0; i < body.Length; i++)
        {
            Instruction instruction = body[i];
            if ((RegisterUse.Written(instruction) & 1 << test.Destination) != 0)
            {
                bool isSum = instruction.Class == (test.Is64 ? Opcode.Alu64 : Opcode.Alu) && instruction.Code == Opcode.Add && !instruction.UsesSourceRegister;
                if (!isSum || step is not null || instruction.Immediate == 0)
                    return null;
                step = instruction.Immediate;
            }

            if (instruction.IsWideLoad)
                i++;
        }

        return step;
    }

    /// <summary>The constant that a register has where the loop begins.</summary>
    private static int? FirstOf(ReadOnlySpan<Instruction> code, ProgramFlow flow, int head, Instruction test)
    {
        for (int i = head - 1; i >= 0 && head - i <= LongestWay; i--)
        {
            if (i > 0 && code[i - 1].IsWideLoad)
                i--;
            Instruction instruction = code[i];
            if (IsLeaving(instruction) || instruction.IsConditionalJump)
                return null;
            if ((RegisterUse.Written(instruction) & 1 << test.Destination) != 0)
            {
                bool isConstant = instruction.Class is Opcode.Alu or Opcode.Alu64 && instruction.Code == Opcode.Mov && !instruction.UsesSourceRegister;
                // 32 bits of a negative number are a great one of 64.
                return isConstant && (instruction.Class == Opcode.Alu64 || !test.Is64 || instruction.Immediate >= 0) ? instruction.Immediate : null;
            }

            // Another way leads to here.
            if (flow.Meets(i))
                return null;
        }

        return null;
    }

    private static bool IsLeaving(Instruction instruction) => instruction.IsJumpAlways || instruction.IsExit || instruction.Opcode == Opcode.CallInstruction;
}
