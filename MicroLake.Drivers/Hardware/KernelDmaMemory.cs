namespace MicroLake.Drivers.Hardware;

/// <summary>
/// Page frames as the kernel sees them. Devices see the processor's caches here, and x86 keeps stores and loads in order: what remains is to
/// keep the compiler from moving accesses.
/// </summary>
internal sealed unsafe class KernelDmaMemory(ulong physical, byte* start, int length) : DmaMemory
{
    private const int PageBytes = 4096;

    private readonly byte* _start = start;
    private int _fence;
    private bool _isFree;

    public override ulong DeviceAddress => physical;

    public override int Length => length;

    // SAFETY: the frames are this object's until Dispose; the direct map that shows them is never taken away.
    public override Span<byte> Bytes => new(_start, length);

    public override void Publish(int offset, int length) => Volatile.Write(ref _fence, 0);

    public override void Fetch(int offset, int length) => _ = Volatile.Read(ref _fence);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isFree, true))
            return;
        KernelCall.DmaFree(physical, (ulong)(length / PageBytes));
    }
}
