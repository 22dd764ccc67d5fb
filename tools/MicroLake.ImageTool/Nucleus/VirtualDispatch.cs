using Iced.Intel;

namespace MicroLake.ImageTool.Nucleus;

/// <summary>Recognises a virtual call in the compiler's code: <c>mov table, [object]</c>, then <c>call [table + slot]</c>.</summary>
public static class VirtualDispatch
{
    /// <summary>Where the slots begin in a method table (.NET 9); what lies before is no code address.</summary>
    private const ulong FirstSlot = 0x18;

    /// <summary>Whether the instruction at an index calls through a table whose address was just loaded from the first word of something.</summary>
    public static bool IsCall(IReadOnlyList<Instruction> code, int at)
    {
        Instruction call = code[at];
        if (!(call.IsCallNearIndirect || call.IsJmpNearIndirect) || call.Op0Kind != OpKind.Memory || call.IsIPRelativeMemoryOperand
            || call.MemoryIndex != Register.None || call.MemoryDisplacement64 is < FirstSlot or > int.MaxValue)
            return false;
        var information = new InstructionInfoFactory();
        for (int i = at - 1; i >= 0 && code[i].FlowControl == FlowControl.Next; i--)
        {
            Instruction before = code[i];
            foreach (UsedRegister used in information.GetInfo(before).GetUsedRegisters())
                if (used.Register.GetFullRegister() == call.MemoryBase && used.Access is OpAccess.Write or OpAccess.ReadWrite or OpAccess.CondWrite or OpAccess.ReadCondWrite)
                    return before.Code == Code.Mov_r64_rm64 && before.Op1Kind == OpKind.Memory && !before.IsIPRelativeMemoryOperand
                        && before.MemoryIndex == Register.None && before.MemoryDisplacement64 == 0;
        }
        return false;
    }
}
