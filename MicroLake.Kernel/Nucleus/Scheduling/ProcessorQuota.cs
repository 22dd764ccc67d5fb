using System.Threading;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// The share of processor time that a process has at most, however idle the machine is. What was run is paid for in time at the rate of the share
/// (the generic cell rate algorithm, ITU-T I.371, over nanoseconds): a process at 25 % that ran for 1 ms has paid when 4 ms are over.
/// </summary>
public struct ProcessorQuota
{
    /// <summary>How far a process may be ahead of what it has paid, in nanoseconds.</summary>
    public const ulong Tolerance = 10_000_000;

    private const ulong Whole = 100;

    private ulong _paidAt;

    /// <summary>Percent of one processor; above 100, more than one at a time. 0: no limit.</summary>
    public uint Percent;

    /// <summary>Threads of the process ran for so long, up to now. Called on any processor.</summary>
    /// <param name="nanoseconds">What they ran.</param>
    /// <param name="now">Monotonic nanoseconds.</param>
    public void Charge(ulong nanoseconds, ulong now)
    {
        ulong start = now > nanoseconds ? now - nanoseconds : 0;
        ulong cost = nanoseconds * Whole / Percent;
        ulong paidAt = Volatile.Read(ref _paidAt);
        while (true)
        {
            ulong seen = Interlocked.CompareExchange(ref _paidAt, (paidAt > start ? paidAt : start) + cost, paidAt);
            if (seen == paidAt)
                return;
            paidAt = seen;
        }
    }

    /// <summary>Until when the process has to wait; 0: it may run.</summary>
    public ulong WaitUntil(ulong now)
    {
        ulong paidAt = Volatile.Read(ref _paidAt);
        return paidAt > now + Tolerance ? paidAt : 0;
    }
}
