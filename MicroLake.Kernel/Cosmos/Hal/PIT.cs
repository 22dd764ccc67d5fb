namespace Cosmos.HAL;

/// <summary>Waiting, by the kernel's scheduler: the thread sleeps, the processor does not spin.</summary>
public class PIT
{
    /// <summary>Waits at least <paramref name="timeoutMs"/> milliseconds.</summary>
    public void Wait(uint timeoutMs) => Thread.Sleep(TimeSpan.FromMilliseconds(timeoutMs));

    /// <summary>Waits at least <paramref name="timeoutNs"/> nanoseconds.</summary>
    public void WaitNS(int timeoutNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeoutNs);
        Thread.Sleep(TimeSpan.FromTicks((timeoutNs + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick));
    }
}
