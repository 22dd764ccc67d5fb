using System.Runtime;
using System.Runtime.InteropServices;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Signals;

/// <summary>
/// sigaction and friends: the runtime installs handlers for its activation signal, SIGSEGV and SIGFPE. Masks are
/// kept by the nucleus while a handler runs; a thread's own mask is never changed by the runtime here.
/// </summary>
internal static unsafe class SignalCalls
{
    private const int FirstRealTimeSignal = 34;

    /// <summary>glibc's <c>struct sigaction</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 152)]
    private struct Action
    {
        public ulong Handler;
        public fixed ulong Mask[16];
        public int Flags;
        public ulong Restorer;
    }

    /// <summary>glibc's <c>sigset_t</c>.</summary>
    private struct SignalSet
    {
        public fixed ulong Words[16];
    }

    [RuntimeExport("sigaction")]
    private static int SetAction(int signal, Action* action, Action* previous)
    {
        ulong before = action != null
            ? KernelCall.SignalSetHandler(signal, action->Handler)
            : 0;
        if (previous != null)
        {
            byte* bytes = (byte*)previous;
            for (int i = 0; i < sizeof(Action); i++)
                bytes[i] = 0;
            previous->Handler = before;
        }

        return 0;
    }

    [RuntimeExport("signal")]
    private static ulong SetHandler(int signal, ulong handler) => KernelCall.SignalSetHandler(signal, handler);

    [RuntimeExport("sigemptyset")]
    private static int EmptySet(ulong* set)
    {
        *(SignalSet*)set = default;
        return 0;
    }

    [RuntimeExport("sigfillset")]
    private static int FillSet(ulong* set)
    {
        for (int i = 0; i < 16; i++)
            set[i] = ulong.MaxValue;
        return 0;
    }

    [RuntimeExport("sigaddset")]
    private static int AddToSet(ulong* set, int signal)
    {
        if (signal is < 1 or > 64)
            return Errno.Fail(Errno.InvalidArgument);
        set[0] |= 1ul << (signal - 1);
        return 0;
    }

    [RuntimeExport("pthread_sigmask")]
    private static int ThreadMask(int how, ulong* set, ulong* previous)
    {
        if (previous != null)
            _ = EmptySet(previous);
        return 0;
    }

    [RuntimeExport("__libc_current_sigrtmin")]
    private static int CurrentRealTimeMinimum() => FirstRealTimeSignal;
}
