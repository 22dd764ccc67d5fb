using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;

namespace MicroLake.Platform.Memory;

/// <summary>
/// Objects that the collector refuses, tried once more. It keeps regions that became free committed until they have been so for many collections, so that on a
/// small machine an array may be refused though most of the heap is empty: the collection that comes before a refusal frees regions and gives none back. An
/// aggressive one does. It is made here, where the runtime asks for memory (the linker's --wrap), by the thread that was refused: it holds nothing of the
/// collector's there.
/// </summary>
/// <remarks>
/// A collection takes its time from what is alive, so one is worth it only where it may give much back beside that, and more than the last one left: who goes on
/// at the limit is refused without another until as much has been committed anew. A refusal is thrown as an exception, which takes memory itself: from then on
/// the collector's limit is a little higher, until much has been let go.
/// </remarks>
internal static unsafe class RefusedAllocation
{
    /// <summary>One in so many of the bytes alive is much.</summary>
    private const uint WorthShare = 8;

    private const nuint LeastWorth = 1 << 20;

    /// <summary>What there is for exceptions where the heap is full to less than the 64 KiB that the collector commits at once.</summary>
    private const nint ReserveBytes = 256 << 10;

    /// <summary>GC_ALLOC_FINALIZE: the object is entered for its finalizer when it is made.</summary>
    private const uint HasFinalizer = 1;

    /// <summary>What the last of these collections did not give back of what was committed and not alive; less if less has been seen since.</summary>
    private static nuint s_left;

    /// <summary>1 while the limit is higher by the reserve.</summary>
    private static int s_reserveIsOpen;

    /// <summary>What every allocation comes to that a thread's own piece of memory does not serve. The thread is in managed code for the collector.</summary>
    [RuntimeExport("__wrap_RhpGcAlloc")]
    private static void* Allocate(void* type, uint flags, nuint count, void* frame)
    {
        void* made = AllocateOnce(type, flags, count, frame);
        // From here on the collector knows where this thread stands, but not what it holds in its hand: that is made again.
        bool isWanting = made == null || (s_reserveIsOpen != 0 && (flags & HasFinalizer) == 0);
        if (isWanting && IsWorthCollecting(BytesInUse(null, 0)))
        {
            CollectFromManagedCode();
            NoteCollection(BytesInUse(null, 0));
            made = AllocateOnce(type, flags, count, frame);
        }

        if (made == null)
            OpenReserve();
        return made;
    }

    /// <summary>The same for arrays that GC.AllocateArray and its like make. The thread has left managed code.</summary>
    [RuntimeExport("__wrap_RhAllocateNewArray")]
    private static void AllocateArray(void* type, uint count, uint flags, void** made)
    {
        AllocateArrayOnce(type, count, flags, made);
        if (*made == null && IsWorthCollecting(LockedBytesInUse(null)))
        {
            CollectFromOutside();
            NoteCollection(LockedBytesInUse(null));
            AllocateArrayOnce(type, count, flags, made);
        }

        if (*made == null)
            OpenReserve();
    }

    /// <summary>Such a collection for others who were refused memory. For a thread that has left managed code.</summary>
    [RuntimeExport("platform_heap_trim")]
    private static void Trim()
    {
        CollectFromOutside();
        NoteCollection(LockedBytesInUse(null));
    }

    private static bool IsWorthCollecting(nuint alive)
    {
        nuint idle = Idle(alive);
        if (idle < s_left)
            s_left = idle;
        nuint share = alive / WorthShare;
        return idle - s_left >= (share > LeastWorth ? share : LeastWorth);
    }

    private static void NoteCollection(nuint alive)
    {
        s_left = Idle(alive);
        if (Interlocked.Exchange(ref s_reserveIsOpen, 0) != 0)
            RaiseLimit(-ReserveBytes);
    }

    private static void OpenReserve()
    {
        if (Interlocked.Exchange(ref s_reserveIsOpen, 1) == 0)
            RaiseLimit(ReserveBytes);
    }

    /// <summary>Bytes that are committed for objects and hold none.</summary>
    private static nuint Idle(nuint alive)
    {
        nuint committed = CommittedBytes();
        return committed > alive ? committed - alive : 0;
    }

    [RuntimeImport("*", "__real_RhpGcAlloc")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* AllocateOnce(void* type, uint flags, nuint count, void* frame);

    [RuntimeImport("*", "__real_RhAllocateNewArray")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void AllocateArrayOnce(void* type, uint count, uint flags, void** made);

    /// <summary>
    /// WKS::GCHeap::ApproxTotalBytesInUse: bytes of objects, garbage since the last collection included. For a thread in managed code, without which no collection
    /// begins; it waits for nothing. It uses no field of its object.
    /// </summary>
    [RuntimeImport("*", "_ZN3WKS6GCHeap21ApproxTotalBytesInUseEi")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern nuint BytesInUse(void* heap, int onlySmall);

    /// <summary>WKS::GCHeap::GetTotalBytesInUse, the same for a thread that has left managed code: it keeps collections from running meanwhile.</summary>
    [RuntimeImport("*", "_ZN3WKS6GCHeap18GetTotalBytesInUseEv")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern nuint LockedBytesInUse(void* heap);

    [RuntimeImport("*", "platform_heap_committed")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern nuint CommittedBytes();

    [RuntimeImport("*", "platform_heap_raise_limit")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void RaiseLimit(nint bytes);

    [RuntimeImport("*", "platform_collect_from_managed_code")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void CollectFromManagedCode();

    [RuntimeImport("*", "platform_collect_from_outside")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void CollectFromOutside();
}
