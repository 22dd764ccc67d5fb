using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Memory;

/// <summary>
/// mmap and its family. The collector reserves a large range without access, commits with mprotect and expects an error, not a
/// fault, when memory is short.
/// </summary>
internal static unsafe class VirtualMemory
{
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int AdviseDontNeed = 4;
    private const ulong PageBytes = 4096;
    private const ulong Failed = ulong.MaxValue;

    [RuntimeExport("mmap64")]
    private static ulong Map(ulong address, ulong length, int protection, int flags, int file, long offset)
    {
        if ((flags & MapAnonymous) == 0)
            return FailWith(Errno.NotSupported);
        if ((flags & MapFixed) != 0)
        {
            return KernelCall.MemoryReplace(address, length, (Protection)(protection & 7)) == Status.Ok
                ? address
                : FailWith(Errno.NoMemory);
        }

        ulong start;
        Status status = KernelCall.MemoryReserve(length, PageBytes, (Protection)(protection & 7), 0, &start);
        return status == Status.Ok ? start : FailWith(Errno.NoMemory);
    }

    [RuntimeExport("mmap")]
    private static ulong MapAlias(ulong address, ulong length, int protection, int flags, int file, long offset) =>
        Map(address, length, protection, flags, file, offset);

    [RuntimeExport("munmap")]
    private static int Unmap(ulong address, ulong length) =>
        KernelCall.MemoryRelease(address, length) == Status.Ok ? 0 : Errno.Fail(Errno.InvalidArgument);

    [RuntimeExport("mprotect")]
    private static int Protect(ulong address, ulong length, int protection)
    {
        ulong start = address & ~(PageBytes - 1);
        Status status = KernelCall.MemoryProtect(start, length + (address - start), (Protection)(protection & 7));
        return status == Status.Ok ? 0 : Errno.Fail(Errno.NoMemory);
    }

    [RuntimeExport("madvise")]
    private static int Advise(ulong address, ulong length, int advice)
    {
        if (advice != AdviseDontNeed)
            return 0;
        return KernelCall.MemoryDiscard(address, length) == Status.Ok ? 0 : Errno.Fail(Errno.InvalidArgument);
    }

    /// <summary>Nothing is ever paged out, so a touched page is locked.</summary>
    [RuntimeExport("mlock")]
    private static int Lock(void* address, ulong length) => 0;

    [RuntimeExport("munlock")]
    private static int Unlock(void* address, ulong length) => 0;

    /// <summary>
    /// The runtime's own memory outside the heap (caches of interface calls, thunks). Its callers know a refusal by null, and the runtime hands them what mmap
    /// returned: minus one, from which they would go on to give out addresses.
    /// </summary>
    [RuntimeExport("__wrap_PalVirtualAlloc")]
    private static ulong AllocateForRuntime(nuint length, uint protection)
    {
        ulong start = AllocateOrFail(length, protection);
        return start == Failed ? 0 : start;
    }

    [RuntimeImport("*", "__real_PalVirtualAlloc")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong AllocateOrFail(nuint length, uint protection);

    private static ulong FailWith(int error)
    {
        _ = Errno.Fail(error);
        return Failed;
    }
}
