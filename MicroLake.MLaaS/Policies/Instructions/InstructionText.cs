namespace MicroLake.Policies.Instructions;

/// <summary>Instructions as clang and llvm-objdump write them, for messages.</summary>
public static class InstructionText
{
    /// <summary>One instruction; jumps show their distance.</summary>
    public static string Of(ReadOnlySpan<Instruction> code, int index)
    {
        Instruction instruction = code[index];
        return instruction.Class switch
        {
            Opcode.Ld => WideLoad(instruction, index + 1 < code.Length ? code[index + 1].Immediate : 0),
            Opcode.Ldx => $"r{instruction.Destination} = {Memory(instruction, instruction.Source)}",
            Opcode.St => $"{Memory(instruction, instruction.Destination)} = {instruction.Immediate}",
            Opcode.Stx when instruction.Mode == Opcode.ModeAtomic => Atomic(instruction),
            Opcode.Stx => $"{Memory(instruction, instruction.Destination)} = {Name(instruction.Source, instruction.AccessBytes == 8)}",
            Opcode.Alu or Opcode.Alu64 => Arithmetic(instruction),
            _ => Jump(instruction),
        };
    }

    private static string WideLoad(Instruction instruction, int upper) => instruction.Source switch
    {
        Opcode.WideConstant => $"r{instruction.Destination} = 0x{(uint)instruction.Immediate | (ulong)(uint)upper << 32:x} ll",
        Opcode.WideMap or Opcode.WideMapByIndex => $"r{instruction.Destination} = map {instruction.Immediate}",
        _ => $"r{instruction.Destination} = value of map {instruction.Immediate} + {upper}",
    };

    private static string Memory(Instruction instruction, int register)
    {
        char sign = instruction.Mode == Opcode.ModeMemorySigned ? 's' : 'u';
        return $"*({sign}{instruction.AccessBytes * 8} *){Place(instruction, register)}";
    }

    private static string Place(Instruction instruction, int register) =>
        instruction.Offset < 0 ? $"(r{register} - {-instruction.Offset})" : $"(r{register} + {instruction.Offset})";

    private static string Atomic(Instruction instruction)
    {
        bool wide = instruction.AccessBytes == 8;
        string suffix = wide ? "_64" : "32_32", source = Name(instruction.Source, wide), place = Place(instruction, instruction.Destination);
        string memory = $"*(u{instruction.AccessBytes * 8} *){place}";
        string operation = (instruction.Immediate & ~Opcode.Fetch) switch
        {
            Opcode.Add => "add",
            Opcode.Or => "or",
            Opcode.And => "and",
            _ => "xor",
        };
        return instruction.Immediate switch
        {
            Opcode.Exchange => $"{source} = xchg{suffix}{place[..^1]}, {source})",
            Opcode.CompareExchange => $"{Name(0, wide)} = cmpxchg{suffix}{place[..^1]}, {Name(0, wide)}, {source})",
            _ when (instruction.Immediate & Opcode.Fetch) != 0 => $"{source} = atomic_fetch_{operation}({memory}, {source})",
            _ => $"lock {operation}({memory}, {source})",
        };
    }

    private static string Arithmetic(Instruction instruction)
    {
        bool wide = instruction.Is64;
        string to = Name(instruction.Destination, wide), operand = Operand(instruction);
        string sign = instruction.Offset == 1 ? "s" : "";
        return instruction.Code switch
        {
            Opcode.Neg => $"{to} = -{to}",
            Opcode.End => $"r{instruction.Destination} = {(wide ? "bswap" : instruction.UsesSourceRegister ? "be" : "le")}{instruction.Immediate} r{instruction.Destination}",
            Opcode.Mov when instruction.Offset != 0 && instruction.UsesSourceRegister => $"{to} = (s{instruction.Offset}){operand}",
            Opcode.Mov => $"{to} = {operand}",
            Opcode.Div => $"{to} {sign}/= {operand}",
            Opcode.Mod => $"{to} {sign}%= {operand}",
            Opcode.Add => $"{to} += {operand}",
            Opcode.Sub => $"{to} -= {operand}",
            Opcode.Mul => $"{to} *= {operand}",
            Opcode.Or => $"{to} |= {operand}",
            Opcode.And => $"{to} &= {operand}",
            Opcode.Lsh => $"{to} <<= {operand}",
            Opcode.Rsh => $"{to} >>= {operand}",
            Opcode.Arsh => $"{to} s>>= {operand}",
            _ => $"{to} ^= {operand}",
        };
    }

    private static string Jump(Instruction instruction)
    {
        if (instruction.Opcode == Opcode.JumpAlways)
            return $"goto {instruction.Offset:+0;-0;+0}";
        if (instruction.Opcode == Opcode.JumpAlways32)
            return $"gotol {instruction.Immediate:+0;-0;+0}";
        if (instruction.IsExit)
            return "exit";
        if (instruction.Code == Opcode.Call)
            return instruction.Source == Opcode.CallLocal ? $"call pc{instruction.Immediate:+0;-0;+0}" : $"call {instruction.Immediate}";
        string comparison = instruction.Code switch
        {
            Opcode.Jeq => "==",
            Opcode.Jgt => ">",
            Opcode.Jge => ">=",
            Opcode.Jset => "&",
            Opcode.Jne => "!=",
            Opcode.Jsgt => "s>",
            Opcode.Jsge => "s>=",
            Opcode.Jlt => "<",
            Opcode.Jle => "<=",
            Opcode.Jslt => "s<",
            _ => "s<=",
        };
        return $"if {Name(instruction.Destination, instruction.Is64)} {comparison} {Operand(instruction)} goto {instruction.Offset:+0;-0;+0}";
    }

    private static string Operand(Instruction instruction) =>
        instruction.UsesSourceRegister ? Name(instruction.Source, instruction.Is64) : instruction.Immediate.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Name(int register, bool wide) => $"{(wide ? 'r' : 'w')}{register}";
}
