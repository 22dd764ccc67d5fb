using System.Threading;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Time;

/// <summary>
/// Whether two processors' time-stamp counters agree: both read theirs in turns, and nobody may read less than the other has
/// read before. The clock is one counter for all, so a processor whose counter is behind cannot be used.
/// </summary>
internal static class TscCheck
{
    private const int Readings = 400;

    private static SpinLock s_lock;
    private static ulong s_last;
    private static ulong s_worst;
    private static int s_arrived;
    private static int s_finished;

    /// <summary>Run by both processors at once. Returns by how many ticks a counter went back; 0: they agree.</summary>
    public static unsafe ulong Run()
    {
        _ = Interlocked.Increment(ref s_arrived);
        while (Volatile.Read(ref s_arrived) % 2 != 0)
            Processor.Pause();
        fixed (SpinLock* spinLock = &s_lock)
        {
            for (int i = 0; i < Readings; i++)
            {
                while (!SpinLock.TryAcquire(spinLock))
                    Processor.Pause();
                ulong now = Processor.ReadTimeStamp();
                if (now < s_last && s_last - now > s_worst)
                    s_worst = s_last - now;
                s_last = now;
                SpinLock.ReleaseTried(spinLock);
            }
        }

        _ = Interlocked.Increment(ref s_finished);
        while (Volatile.Read(ref s_finished) % 2 != 0)
            Processor.Pause();
        return s_worst;
    }
}
