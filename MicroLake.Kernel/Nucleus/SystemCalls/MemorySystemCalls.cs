using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>Memory of a process.</summary>
internal static unsafe class MemorySystemCalls
{
    private const ulong AllRights = (ulong)(Protection.Read | Protection.Write | Protection.Execute);

    public static void Register()
    {
        SystemCallTable.Set(KernelCallNumber.MemoryReserve, &Reserve);
        SystemCallTable.Set(KernelCallNumber.MemoryReplace, &Replace);
        SystemCallTable.Set(KernelCallNumber.MemoryProtect, &Protect);
        SystemCallTable.Set(KernelCallNumber.MemoryRelease, &Release);
        SystemCallTable.Set(KernelCallNumber.MemoryDiscard, &Discard);
        SystemCallTable.Set(KernelCallNumber.MemoryBarrier, &Barrier);
        SystemCallTable.Set(KernelCallNumber.MemoryInformation, &Information);
        SystemCallTable.Set(KernelCallNumber.MemoryObjectCreate, &CreateObject);
        SystemCallTable.Set(KernelCallNumber.MemoryObjectMap, &MapObject);
        SystemCallTable.Set(KernelCallNumber.MemoryObjectUnmap, &UnmapObject);
    }

    private static AddressSpace* Space => Processor.CurrentThread()->Process->Space;

    /// <summary>Memory is written or executed, never both.</summary>
    private static bool IsAllowed(ulong protection) =>
        protection <= AllRights
        && ((Protection)protection & (Protection.Write | Protection.Execute)) != (Protection.Write | Protection.Execute);

    /// <summary>(length, alignment, protection, kind, ulong* start)</summary>
    private static ulong Reserve(ulong length, ulong alignment, ulong protection, ulong kind, ulong start, ulong f)
    {
        if (!IsAllowed(protection))
            return (ulong)Status.InvalidArgument;
        Status status;
        ulong found;
        do
            status = AddressSpace.Reserve(Space, length, alignment, (Protection)protection, kind == 1, out found);
        while (HeapTrim.TryWait(status, Space, length));
        if (UserMemory.TryWrite(start, &found, sizeof(ulong)))
            return (ulong)status;
        if (status == Status.Ok)
            _ = AddressSpace.Free(Space, found, length);
        return (ulong)Status.InvalidArgument;
    }

    /// <summary>(start, length, protection)</summary>
    private static ulong Replace(ulong start, ulong length, ulong protection, ulong d, ulong e, ulong f) =>
        (ulong)(IsAllowed(protection) ? HeapTrim.Change(&AddressSpace.Replace, Space, start, length, (Protection)protection) : Status.InvalidArgument);

    /// <summary>(start, length, protection)</summary>
    private static ulong Protect(ulong start, ulong length, ulong protection, ulong d, ulong e, ulong f) =>
        (ulong)(IsAllowed(protection) ? HeapTrim.Change(&AddressSpace.Protect, Space, start, length, (Protection)protection) : Status.InvalidArgument);

    /// <summary>(start, length)</summary>
    private static ulong Release(ulong start, ulong length, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)AddressSpace.Free(Space, start, length);

    /// <summary>(start, length)</summary>
    private static ulong Discard(ulong start, ulong length, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)AddressSpace.Discard(Space, start, length);

    private static ulong Barrier(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        ProcessorRequest.BarrierEverywhere();
        return 0;
    }

    /// <summary>(pages, uint* handle)</summary>
    private static ulong CreateObject(ulong pages, ulong handle, ulong c, ulong d, ulong e, ulong f)
    {
        Process* process = Processor.CurrentThread()->Process;
        Status status;
        uint made;
        do
            status = MemoryObject.Create(process, pages, out made);
        while (status == Status.OutOfMemory && (PageWait.TryWaitForRoom(pages) || HeapTrim.TryWait(pages)));
        return status == Status.Ok ? HandleSystemCalls.Return(process, handle, made) : (ulong)status;
    }

    /// <summary>(handle, offset, length, protection, ulong* start)</summary>
    private static ulong MapObject(ulong handle, ulong offset, ulong length, ulong protection, ulong start, ulong f)
    {
        if (!IsAllowed(protection))
            return (ulong)Status.InvalidArgument;
        ulong at = 0;
        Status status = ObjectMappings.MapByHandle(
            Processor.CurrentThread()->Process, HandleSystemCalls.HandleOf(handle), Space, offset, length, (Protection)protection, false, ref at);
        if (status != Status.Ok || UserMemory.TryWrite(start, &at, sizeof(ulong)))
            return (ulong)status;
        _ = ObjectMappings.Unmap(Space, at);
        return (ulong)Status.InvalidArgument;
    }

    /// <summary>(start)</summary>
    private static ulong UnmapObject(ulong start, ulong b, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)ObjectMappings.Unmap(Space, start);

    /// <summary>(MemoryInformation*): the process's own figures, as if its quota were the machine.</summary>
    private static ulong Information(ulong information, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        MemoryInformation figures;
        RawMemory.Clear(&figures, (ulong)sizeof(MemoryInformation));
        AddressSpace* space = Space;
        ulong free = CommitCharge.Left;
        ulong left = space->ChargeLimit - space->ChargedPages;
        figures.TotalPages = space->ChargeLimit;
        figures.FreePages = left < free ? left : free;
        figures.CommittedPages = space->ChargedPages;
        figures.CommitLimitPages = space->ChargedPages + figures.FreePages;
        figures.PageFaults = space->Faults;
        return UserMemory.Give(information, &figures, (ulong)sizeof(MemoryInformation));
    }
}
