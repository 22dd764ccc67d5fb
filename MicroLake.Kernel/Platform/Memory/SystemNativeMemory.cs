using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Memory;

/// <summary>The memory functions that managed code asks of libSystem.Native.</summary>
internal static unsafe class SystemNativeMemory
{
    private const int PalMapAnonymous = 0x10;

    [RuntimeExport("SystemNative_Malloc")]
    private static void* Malloc(nuint bytes) => Heap.Allocate(bytes);

    [RuntimeExport("SystemNative_Free")]
    private static void Free(void* block) => Heap.Free(block);

    [RuntimeExport("SystemNative_Calloc")]
    private static void* Calloc(nuint count, nuint bytes) => Heap.AllocateZeroed(count, bytes);

    [RuntimeExport("SystemNative_Realloc")]
    private static void* Realloc(void* block, nuint bytes) => Heap.Resize(block, bytes);

    [RuntimeExport("SystemNative_AlignedAlloc")]
    private static void* AlignedAlloc(nuint alignment, nuint bytes) => Heap.AllocateAligned(alignment, bytes);

    [RuntimeExport("SystemNative_AlignedFree")]
    private static void AlignedFree(void* block) => Heap.Free(block);

    [RuntimeExport("SystemNative_AlignedRealloc")]
    private static void* AlignedRealloc(void* block, nuint alignment, nuint bytes)
    {
        void* moved = Heap.AllocateAligned(alignment, bytes);
        if (moved != null && block != null)
            Heap.Move(block, moved, bytes);
        return moved;
    }

    /// <summary>Anonymous memory only; the PAL's flags differ from Linux's (pal_io.h).</summary>
    [RuntimeExport("SystemNative_MMap")]
    private static void* Map(void* address, ulong length, int protection, int flags, nint file, long offset)
    {
        ulong start = 0;
        bool mapped = (flags & PalMapAnonymous) != 0
            && KernelCall.MemoryReserve(length, 4096, (Abi.Protection)(protection & 7), 0, &start) == Abi.Status.Ok;
        if (mapped)
            return (void*)start;
        _ = Errno.Fail(Errno.NotSupported);
        return (void*)-1;
    }

    [RuntimeExport("SystemNative_MUnmap")]
    private static int Unmap(ulong address, ulong length) =>
        KernelCall.MemoryRelease(address, length) == Abi.Status.Ok ? 0 : Errno.Fail(Errno.InvalidArgument);

    [RuntimeExport("SystemNative_MProtect")]
    private static int Protect(ulong address, ulong length, int protection) =>
        KernelCall.MemoryProtect(address, length, (Abi.Protection)(protection & 7)) == Abi.Status.Ok
            ? 0
            : Errno.Fail(Errno.NoMemory);
}
