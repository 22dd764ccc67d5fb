using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>What traps.S pushes on a trap, lowest address first; the last five words are the processor's own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TrapFrame
{
    /// <summary>Flags of code that runs with interrupts on: IF, and bit 1, which always is.</summary>
    public const ulong InterruptsOn = 0x202;

    private const ulong UserRing = 3;
    private const ulong InterruptFlag = 1 << 9;

    public ulong R15, R14, R13, R12, R11, R10, R9, R8, Rdi, Rsi, Rbp, Rbx, Rdx, Rcx, Rax;
    public ulong Vector, ErrorCode;
    public ulong Rip, Cs, Rflags, Rsp, Ss;

    /// <summary>Whether the trap interrupted code of a process.</summary>
    public readonly bool IsFromProcess => (Cs & UserRing) != 0;

    /// <summary>Whether it interrupted code that holds no lock of the nucleus.</summary>
    public readonly bool HasInterruptsOn => (Rflags & InterruptFlag) != 0;
}
