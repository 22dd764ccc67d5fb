using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>What traps.S pushes on a trap, lowest address first; the last five words are the processor's own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TrapFrame
{
    public ulong R15, R14, R13, R12, R11, R10, R9, R8, Rdi, Rsi, Rbp, Rbx, Rdx, Rcx, Rax;
    public ulong Vector, ErrorCode;
    public ulong Rip, Cs, Rflags, Rsp, Ss;
}
