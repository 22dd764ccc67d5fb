namespace MicroLake.Policies.Instructions;

/// <summary>What can be said about instructions one by one, and about where they lead (RFC 9669, sections 3 to 5).</summary>
internal static class BytecodeChecker
{
    /// <summary>Returns the first slots of the functions.</summary>
    public static int[] Check(ReadOnlySpan<Instruction> code)
    {
        if (code.IsEmpty)
            throw new PolicyFormatException("the program is empty; it needs at least an exit");
        if (code.Length > Bytecode.MaxSlots)
            throw new PolicyFormatException($"the program has {code.Length} instructions; at most {Bytecode.MaxSlots} are allowed");
        var isSecondSlot = new bool[code.Length];
        for (int i = 0; i < code.Length; i++)
        {
            CheckInstruction(code, i);
            if (code[i].IsWideLoad)
                isSecondSlot[++i] = true;
        }

        int[] functions = FindFunctions(code, isSecondSlot);
        CheckFlow(code, isSecondSlot, functions);
        return functions;
    }

    private static void CheckInstruction(ReadOnlySpan<Instruction> code, int index)
    {
        Instruction instruction = code[index];
        if (instruction.Destination >= Instruction.Registers)
            throw Bad(index, $"r{instruction.Destination} does not exist; registers are r0 to r10");
        switch (instruction.Class)
        {
            case Opcode.Ld:
                CheckWideLoad(code, index);
                break;
            case Opcode.Ldx:
                CheckSource(instruction, index);
                CheckWritten(instruction.Destination, index);
                RequireZero(instruction.Immediate, "immediate", index);
                bool isSigned = instruction.Mode == Opcode.ModeMemorySigned;
                if (instruction.Mode != Opcode.ModeMemory && !(isSigned && instruction.AccessBytes != 8))
                    throw Unknown(instruction, index);
                break;
            case Opcode.St:
                if (instruction.Mode != Opcode.ModeMemory)
                    throw Unknown(instruction, index);
                RequireZero(instruction.Source, "source", index);
                break;
            case Opcode.Stx:
                CheckSource(instruction, index);
                if (instruction.Mode == Opcode.ModeAtomic)
                    CheckAtomic(instruction, index);
                else if (instruction.Mode != Opcode.ModeMemory)
                    throw Unknown(instruction, index);
                else
                    RequireZero(instruction.Immediate, "immediate", index);
                break;
            case Opcode.Alu or Opcode.Alu64:
                CheckArithmetic(instruction, index);
                break;
            default:
                CheckJump(instruction, index);
                break;
        }
    }

    private static void CheckWideLoad(ReadOnlySpan<Instruction> code, int index)
    {
        Instruction instruction = code[index];
        if (instruction.Mode is Opcode.ModeAbsolute or Opcode.ModeIndirect)
            throw Bad(index, "packet access instructions (group 'packet', LD_ABS and LD_IND) are obsolete and not supported; load from the context's memory instead");
        if (!instruction.IsWideLoad)
            throw Unknown(instruction, index);
        if (index + 1 == code.Length)
            throw Bad(index, "the second half of the 64-bit immediate is missing; the program is cut off");
        Instruction second = code[index + 1];
        if ((uint)second.Bits != 0)
            throw Bad(index + 1, "the second half of a 64-bit immediate has only an immediate; all other fields are 0");
        CheckWritten(instruction.Destination, index);
        RequireZero(instruction.Offset, "offset", index);
        switch (instruction.Source)
        {
            case Opcode.WideVariable:
                throw Bad(index, "addresses of platform variables (64-bit immediate, type 3) are not supported");
            case Opcode.WideCode:
                throw Bad(index, "addresses of code (64-bit immediate, type 4) are not supported; call functions directly");
            case Opcode.WideMap or Opcode.WideMapByIndex when second.Immediate != 0:
                throw Bad(index + 1, "the second immediate of a map reference is 0");
            case > Opcode.WideMapValueByIndex:
                throw Bad(index, $"a 64-bit immediate has no type {instruction.Source}");
        }
    }

    private static void CheckAtomic(Instruction instruction, int index)
    {
        if (instruction.AccessBytes < 4)
            throw Bad(index, "atomic operations work on 4 or 8 bytes");
        bool isKnown = instruction.Immediate is Opcode.Exchange or Opcode.CompareExchange
            || (instruction.Immediate & ~Opcode.Fetch) is Opcode.Add or Opcode.Or or Opcode.And or Opcode.Xor;
        if (!isKnown)
            throw Bad(index, $"there is no atomic operation 0x{instruction.Immediate:x}");
        if ((instruction.Immediate & Opcode.Fetch) != 0 && instruction.Immediate != Opcode.CompareExchange)
            CheckWritten(instruction.Source, index);
    }

    private static void CheckArithmetic(Instruction instruction, int index)
    {
        CheckWritten(instruction.Destination, index);
        bool is64 = instruction.Class == Opcode.Alu64;
        bool isRegister = instruction.UsesSourceRegister;
        int offset = instruction.Offset;
        switch (instruction.Code)
        {
            case Opcode.Neg:
                if (isRegister)
                    throw Unknown(instruction, index);
                RequireZero(instruction.Source, "source", index);
                RequireZero(instruction.Immediate, "immediate", index);
                RequireZero(offset, "offset", index);
                return;
            case Opcode.End:
                if (is64 && isRegister)
                    throw Unknown(instruction, index);
                if (instruction.Immediate is not (16 or 32 or 64))
                    throw Bad(index, $"byte swaps work on 16, 32 or 64 bits, not on {instruction.Immediate}");
                RequireZero(instruction.Source, "source", index);
                RequireZero(offset, "offset", index);
                return;
            case Opcode.Div or Opcode.Mod:
                if (offset is not (0 or 1))
                    throw Bad(index, $"a division's offset is 0 (unsigned) or 1 (signed), not {offset}");
                break;
            case Opcode.Mov when isRegister:
                if (offset is not (0 or 8 or 16) && !(is64 && offset == 32))
                    throw Bad(index, $"a move cannot extend the sign of {offset} bits");
                break;
            case > Opcode.End:
                throw Unknown(instruction, index);
            default:
                RequireZero(offset, "offset", index);
                break;
        }

        CheckOperand(instruction, index);
    }

    private static void CheckJump(Instruction instruction, int index)
    {
        bool is64 = instruction.Class == Opcode.Jmp;
        bool isRegister = instruction.UsesSourceRegister;
        switch (instruction.Code)
        {
            case Opcode.Ja:
                if (isRegister)
                    throw Unknown(instruction, index);
                RequireZero(instruction.Destination, "destination", index);
                RequireZero(instruction.Source, "source", index);
                if (is64)
                    RequireZero(instruction.Immediate, "immediate", index);
                else
                    RequireZero(instruction.Offset, "offset", index);
                break;
            case Opcode.Call:
                if (isRegister && is64)
                    throw Bad(index, "calls of a register (callx) are not in RFC 9669; call functions directly");
                if (!is64)
                    throw Unknown(instruction, index);
                RequireZero(instruction.Destination, "destination", index);
                RequireZero(instruction.Offset, "offset", index);
                if (instruction.Source == Opcode.CallByTypeId)
                    throw Bad(index, "calls of helpers by BTF type are not supported; call them by number (microlake.h)");
                if (instruction.Source > Opcode.CallLocal)
                    throw Bad(index, $"a call has no type {instruction.Source}");
                break;
            case Opcode.Exit:
                if (isRegister || !is64)
                    throw Unknown(instruction, index);
                RequireZero(instruction.Destination, "destination", index);
                RequireZero(instruction.Source, "source", index);
                RequireZero(instruction.Offset, "offset", index);
                RequireZero(instruction.Immediate, "immediate", index);
                break;
            case > Opcode.Jsle:
                throw Unknown(instruction, index);
            default:
                CheckOperand(instruction, index);
                break;
        }
    }

    private static void CheckOperand(Instruction instruction, int index)
    {
        if (instruction.UsesSourceRegister)
        {
            CheckSource(instruction, index);
            RequireZero(instruction.Immediate, "immediate", index);
        }
        else
        {
            RequireZero(instruction.Source, "source", index);
        }
    }

    /// <summary>A function is what a local call goes to; it ends where the next one starts.</summary>
    private static int[] FindFunctions(ReadOnlySpan<Instruction> code, bool[] isSecondSlot)
    {
        var isStart = new bool[code.Length];
        isStart[0] = true;
        int count = 1;
        for (int i = 0; i < code.Length; i++)
        {
            if (isSecondSlot[i] || !code[i].IsLocalCall)
                continue;
            int target = CheckTarget(code, i, isSecondSlot);
            count += isStart[target] ? 0 : 1;
            isStart[target] = true;
        }

        var starts = new int[count];
        for (int i = 0, next = 0; next < count; i++)
            if (isStart[i])
                starts[next++] = i;
        return starts;
    }

    private static void CheckFlow(ReadOnlySpan<Instruction> code, bool[] isSecondSlot, int[] functions)
    {
        for (int f = 0; f < functions.Length; f++)
        {
            int start = functions[f], end = f + 1 < functions.Length ? functions[f + 1] : code.Length;
            int last = end - 1;
            for (int i = start; i < end; i++)
            {
                if (isSecondSlot[i])
                    continue;
                last = i;
                if (!code[i].IsConditionalJump && !code[i].IsJumpAlways)
                    continue;
                int target = CheckTarget(code, i, isSecondSlot);
                if (target < start || target >= end)
                    throw Bad(i, $"it jumps to instruction {target}, into another function; only calls lead there");
            }

            if (!code[last].IsExit && !code[last].IsJumpAlways)
                throw Bad(last, "the program runs on past the end of its function; end it by exit");
        }
    }

    private static int CheckTarget(ReadOnlySpan<Instruction> code, int index, bool[] isSecondSlot)
    {
        long target = code[index].Target(index);
        if (target < 0 || target >= code.Length)
            throw Bad(index, $"it leads to instruction {target}, outside of the program's {code.Length}");
        if (isSecondSlot[target])
            throw Bad(index, $"it leads into the middle of the 64-bit immediate of instruction {target - 1}");
        return (int)target;
    }

    private static void CheckSource(Instruction instruction, int index)
    {
        if (instruction.Source >= Instruction.Registers)
            throw Bad(index, $"r{instruction.Source} does not exist; registers are r0 to r10");
    }

    private static void CheckWritten(int register, int index)
    {
        if (register == Instruction.FramePointer)
            throw Bad(index, "it writes r10, the frame pointer, which is read-only; copy it to another register first");
    }

    private static void RequireZero(int value, string field, int index)
    {
        if (value != 0)
            throw Bad(index, $"its {field} field is not used and must be 0");
    }

    private static PolicyFormatException Unknown(Instruction instruction, int index) =>
        Bad(index, $"opcode 0x{instruction.Opcode:x2} is none of RFC 9669; compile with clang -target bpf -mcpu=v1 to v4");

    private static PolicyFormatException Bad(int index, string reason) => new($"instruction {index}: {reason}");
}
