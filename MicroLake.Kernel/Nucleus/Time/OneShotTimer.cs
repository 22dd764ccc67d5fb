using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Time;

/// <summary>The local APIC's timer in one-shot mode, told in monotonic nanoseconds.</summary>
internal static unsafe class OneShotTimer
{
    private const ulong MaxNanoseconds = 1_000_000_000;
    private const ulong CalibrationNanoseconds = 5_000_000;

    private static ulong s_ticksPerSecond;
    private static ulong s_armedFor;

    /// <summary>Measures the timer against the clock and installs its interrupt.</summary>
    public static void Initialize()
    {
        LocalApic.StartTimer(uint.MaxValue);
        ulong start = Clock.Monotonic();
        uint first = LocalApic.TimerCount;
        ulong now = start;
        while (now - start < CalibrationNanoseconds)
            now = Clock.Monotonic();
        uint last = LocalApic.TimerCount;
        LocalApic.StartTimer(0);
        s_ticksPerSecond = (ulong)(first - last) * 1_000_000_000 / (now - start);
        s_armedFor = ulong.MaxValue;
        InterruptTable.Set(InterruptTable.TimerVector, &OnInterrupt);
    }

    /// <summary>
    /// Asks for an interrupt at the deadline (<see cref="ulong.MaxValue"/>: none is needed). An interrupt that is armed for earlier
    /// is left alone: it arms the timer again.
    /// </summary>
    public static void Arm(ulong now, ulong deadline)
    {
        if (deadline == ulong.MaxValue || deadline >= s_armedFor && s_armedFor > now)
            return;
        ulong wait = deadline > now ? deadline - now : 0;
        if (wait > MaxNanoseconds)
            wait = MaxNanoseconds;
        ulong ticks = wait * s_ticksPerSecond / 1_000_000_000;
        s_armedFor = now + wait;
        LocalApic.StartTimer(ticks == 0 ? 1 : (uint)ticks);
    }

    private static void OnInterrupt()
    {
        s_armedFor = ulong.MaxValue;
        Scheduler.OnTimer();
    }
}
