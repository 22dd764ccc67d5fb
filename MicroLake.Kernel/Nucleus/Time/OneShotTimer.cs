using System.Runtime.CompilerServices;
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

    /// <summary>Measures the timer against the clock and installs its interrupt. All processors' timers run at one rate.</summary>
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
        InterruptTable.Set(InterruptTable.TimerVector, &OnInterrupt);
    }

    /// <summary>
    /// Asks for an interrupt on this processor at the deadline (<see cref="ulong.MaxValue"/>: none is needed). An interrupt that is armed for earlier
    /// is left alone: it arms the timer again.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Arm(PerCpu* cpu, ulong now, ulong deadline)
    {
        if (deadline != ulong.MaxValue && (deadline < cpu->TimerArmedFor || cpu->TimerArmedFor <= now))
            Set(cpu, now, deadline);
    }

    private static void Set(PerCpu* cpu, ulong now, ulong deadline)
    {
        ulong wait = deadline > now ? deadline - now : 0;
        if (wait > MaxNanoseconds)
            wait = MaxNanoseconds;
        ulong ticks = wait * s_ticksPerSecond / 1_000_000_000;
        cpu->TimerArmedFor = now + wait;
        LocalApic.StartTimer(ticks == 0 ? 1 : (uint)ticks);
    }

    private static void OnInterrupt()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        cpu->TimerArmedFor = ulong.MaxValue;
        Dispatcher.OnTimer(cpu);
    }
}
