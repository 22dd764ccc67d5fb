namespace MicroLake.Hosting;

/// <summary>
/// Gives memory of the kernel's own heap back when others are refused: the collector keeps what has become free for itself, and finds nothing to be free as long as
/// nothing is made; on a small machine that may be half of all memory. Who was refused waits meanwhile, and tries again.
/// </summary>
/// <remarks>
/// What nobody uses is known only after a collection. So one is made where the heap has grown since the last one for this purpose, or that was long ago: it costs a
/// small share of the time at most, however often memory is refused.
/// </remarks>
public static class HeapTrimmer
{
    private const int StackBytes = 64 << 10;
    private const long LeastGrowth = 1 << 20;

    /// <summary>The heap has grown if so large a share of it is new.</summary>
    private const int GrowthShare = 8;

    /// <summary>Milliseconds after which a collection is worth a try without growth: what was there then may be in use no longer.</summary>
    private const long LongAgo = 5_000;

    /// <summary>Begins, for as long as the kernel runs.</summary>
    public static void Start() => new Thread(Serve, StackBytes) { Name = "heap trimmer", IsBackground = true }.Start();

    private static void Serve()
    {
        int seen = 0;
        long left = 0, last = 0;
        while (true)
        {
            seen = KernelCall.HeapTrimWait(seen);
            long before = KernelCall.HeapCommitted(), now = Environment.TickCount64;
            bool isWorthIt = before - left >= Math.Max(LeastGrowth, before / GrowthShare) || now - last >= LongAgo;
            if (isWorthIt)
            {
                KernelCall.HeapTrim();
                (left, last) = (KernelCall.HeapCommitted(), now);
            }

            KernelCall.HeapTrimComplete(isWorthIt && left < before ? 1 : 0);
        }
    }
}
