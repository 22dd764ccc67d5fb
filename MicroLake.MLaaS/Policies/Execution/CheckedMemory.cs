using System.Runtime.InteropServices;

namespace MicroLake.Policies.Execution;

/// <summary>All memory that a program which is not trusted may access: its stack, and regions that it is given.</summary>
public sealed unsafe class CheckedMemory : IDisposable
{
    /// <summary>Bytes of stack: a frame for each function that may be at work.</summary>
    public const int StackBytes = PolicyProgram.StackBytes * PolicyProgram.MaxFrames;

    private const int MaxRegions = 1024;

    private MemoryRegion* _regions;
    private int _count;

    public CheckedMemory(params ReadOnlySpan<MemoryRegion> regions)
    {
        _regions = (MemoryRegion*)NativeMemory.Alloc(MaxRegions, (nuint)sizeof(MemoryRegion));
        StackLow = (ulong)NativeMemory.AlignedAlloc(StackBytes, 64);
        Grant(new MemoryRegion(StackLow, StackBytes, isWritable: true));
        foreach (MemoryRegion region in regions)
            Grant(region);
    }

    /// <summary>Lowest address of the stack.</summary>
    public ulong StackLow { get; }

    /// <summary>Where the first frame ends, and r10 points to.</summary>
    public ulong StackTop => StackLow + StackBytes;

    internal MemoryRegion* Regions => _regions;

    internal int Count => _count;

    /// <summary>Lets programs access a region from now on.</summary>
    public void Grant(MemoryRegion region)
    {
        for (int i = 0; i < _count; i++)
            if (_regions[i].Holds(region))
                return;
        if (_count == MaxRegions)
            throw new InvalidOperationException($"a program under checks has at most {MaxRegions} regions of memory");
        _regions[_count++] = region;
    }

    /// <summary>Whether an access is allowed.</summary>
    public bool Allows(ulong address, int bytes, bool isWrite)
    {
        for (int i = 0; i < _count; i++)
            if (_regions[i].Contains(address, (uint)bytes) && (_regions[i].IsWritable || !isWrite))
                return true;
        return false;
    }

    public void Dispose()
    {
        NativeMemory.Free(_regions);
        NativeMemory.AlignedFree((void*)StackLow);
        _regions = null;
        _count = 0;
    }
}
