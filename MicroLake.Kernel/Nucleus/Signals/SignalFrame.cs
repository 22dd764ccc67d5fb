using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Signals;

/// <summary>
/// What lies on a thread's stack while a signal handler runs, lowest address first. The context has the layout of
/// Linux's <c>ucontext_t</c> on x86-64 (System V ABI, AMD64 supplement; glibc sys/ucontext.h), because the runtime
/// reads the registers of a stopped thread from it and writes moved references back.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SignalFrame
{
    public SignalInformation Information;
    public UserContext Context;
    public ulong SavedBlockedSignals;

    /// <summary><c>siginfo_t</c>: 128 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct SignalInformation
    {
        public int Signal, Errno, Code, Padding;

        /// <summary>The faulting address, or (low word) the sender's process identifier.</summary>
        public ulong AddressOrSender;
    }

    [StructLayout(LayoutKind.Sequential, Size = 968)]
    public struct UserContext
    {
        public ulong Flags, Link, StackPointer;
        public int StackFlags, StackPadding;
        public ulong StackSize;
        public ulong R8, R9, R10, R11, R12, R13, R14, R15;
        public ulong Rdi, Rsi, Rbp, Rbx, Rdx, Rax, Rcx, Rsp, Rip, Rflags;
        public ulong SegmentSelectors, ErrorCode, Vector, OldMask, Cr2;
        public ulong FloatingPointState;
    }
}
