using Iced.Intel;

namespace MicroLake.ImageTool.Nucleus;

/// <summary>
/// The helpers that compiled code calls to clear or copy a structure too large for a few moves. They are plain loops up
/// to 1024 and 2048 bytes (.NET 9) and enter the C library in native mode beyond; a call whose length is a constant far
/// below that never gets there.
/// </summary>
public static class BlockHelper
{
    private const ulong SafeLength = 512;

    /// <summary>The register that holds the length when the function is one of the helpers, else <see cref="Register.None"/>.</summary>
    public static Register LengthRegister(CodeFunction function)
    {
        if (function.Names.Contains("RhSpanHelpers_MemZero"))
            return Register.RSI;
        return function.Names.Contains("RhSpanHelpers_MemCopy") ? Register.RDX : Register.None;
    }

    /// <summary>
    /// Whether the call at the end of a stretch of code has a constant length that keeps the helper to its loops: the last
    /// write to the length register loads the constant, and no jump lands behind it.
    /// </summary>
    /// <param name="code">The function's instructions.</param>
    /// <param name="call">Index of the call.</param>
    /// <param name="length">The length register.</param>
    /// <param name="targets">All addresses that the function's jumps lead to.</param>
    public static bool HasSafeLength(IReadOnlyList<Instruction> code, int call, Register length, IReadOnlySet<ulong> targets)
    {
        var information = new InstructionInfoFactory();
        for (int i = call; i > 0 && !targets.Contains(code[i].IP);)
        {
            Instruction before = code[--i];
            if (before.FlowControl != FlowControl.Next)
                return false;
            Instruction copy = before;
            foreach (UsedRegister used in information.GetInfo(copy).GetUsedRegisters())
                if (used.Register.GetFullRegister() == length && used.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess))
                    return before.Code is Code.Mov_r32_imm32 && before.Immediate32 <= SafeLength;
        }
        return false;
    }
}
