using MicroLake.Policies.Helpers;

namespace MicroLake.Policies.Instructions;

/// <summary>Which registers an instruction reads and writes, as bits.</summary>
internal static class RegisterUse
{
    public static int Read(Instruction instruction, PolicyProgram program)
    {
        int destination = 1 << instruction.Destination, source = 1 << instruction.Source;
        switch (instruction.Class)
        {
            case Opcode.Ld:
                return 0;
            case Opcode.Ldx:
                return source;
            case Opcode.St:
                return destination;
            case Opcode.Stx:
                return destination | source | (instruction.Mode == Opcode.ModeAtomic && instruction.Immediate == Opcode.CompareExchange ? 1 : 0);
            case Opcode.Alu or Opcode.Alu64:
                return (instruction.Code == Opcode.Mov ? 0 : destination)
                    | (instruction.UsesSourceRegister && instruction.Code != Opcode.End ? source : 0);
            default:
                if (instruction.IsJumpAlways)
                    return 0;
                if (instruction.IsExit)
                    return 1;
                if (instruction.Code != Opcode.Call)
                    return destination | (instruction.UsesSourceRegister ? source : 0);
                return instruction.Source == Opcode.CallLocal ? 0 : Arguments(program.Helper(instruction.Immediate));
        }
    }

    public static int Written(Instruction instruction) => instruction.Class switch
    {
        Opcode.Ld or Opcode.Ldx or Opcode.Alu or Opcode.Alu64 => 1 << instruction.Destination,
        Opcode.Stx when instruction.Mode == Opcode.ModeAtomic && instruction.Immediate == Opcode.CompareExchange => 1,
        Opcode.Stx when instruction.Mode == Opcode.ModeAtomic && (instruction.Immediate & Opcode.Fetch) != 0 => 1 << instruction.Source,
        Opcode.Jmp when instruction.Code == Opcode.Call && instruction.Source == Opcode.CallHelper => 1,
        _ => 0,
    };

    private static int Arguments(HelperFunction helper)
    {
        int read = 0;
        for (int i = 0; i < helper.Arguments.Length; i++)
            read |= helper.Arguments[i] == HelperArgument.None ? 0 : 2 << i;
        return read;
    }
}
