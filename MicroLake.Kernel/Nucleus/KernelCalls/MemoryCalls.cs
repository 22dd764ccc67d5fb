using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on the address space.</summary>
internal static unsafe class MemoryCalls
{
    /// <summary>Reserves length bytes at a multiple of alignment; kind 1 is a stack. Writes the start.</summary>
    [RuntimeExport("mk_memory_reserve")]
    private static Status Reserve(ulong length, ulong alignment, Protection protection, uint kind, ulong* start)
    {
        Status status;
        ulong found;
        do
            status = KernelAddressSpace.Reserve(length, alignment, protection, kind == 1, out found);
        while (IsWorthAnotherTry(status, length));
        *start = found;
        return status;
    }

    [RuntimeExport("mk_memory_replace")]
    private static Status Replace(ulong start, ulong length, Protection protection)
    {
        Status status;
        do
            status = AddressSpace.Replace(KernelAddressSpace.Space, start, length, protection);
        while (IsWorthAnotherTry(status, length));
        return status;
    }

    [RuntimeExport("mk_memory_protect")]
    private static Status Protect(ulong start, ulong length, Protection protection)
    {
        if (KernelPageTable.ProtectImage(start, length, protection))
            return Status.Ok;
        Status status;
        do
            status = KernelAddressSpace.Protect(start, length, protection);
        while (IsWorthAnotherTry(status, length));
        return status;
    }

    [RuntimeExport("mk_memory_release")]
    private static Status Release(ulong start, ulong length) => KernelAddressSpace.Release(start, length);

    [RuntimeExport("mk_memory_discard")]
    private static Status Discard(ulong start, ulong length) => AddressSpace.Discard(KernelAddressSpace.Space, start, length);

    /// <summary>Makes a memory object of so many pages, and the kernel's handle to it.</summary>
    [RuntimeExport("mk_memory_object_create")]
    private static Status CreateObject(ulong pages, uint* handle)
    {
        Status status;
        uint made;
        do
            status = MemoryObject.Create(Process.Kernel, pages, out made);
        while (IsWorthAnotherTry(status, pages * PageTable.PageBytes) || (status == Status.OutOfMemory && HeapTrim.TryWait(pages)));
        *handle = made;
        return status;
    }

    /// <summary>Maps a part of a memory object where the kernel finds room. Offset and length are multiples of 4,096 bytes.</summary>
    [RuntimeExport("mk_memory_object_map")]
    private static Status MapObject(uint handle, ulong offset, ulong length, Protection protection, ulong* start)
    {
        ulong at = 0;
        Status status = ObjectMappings.MapByHandle(Process.Kernel, handle, KernelAddressSpace.Space, offset, length, protection, false, ref at);
        *start = at;
        return status;
    }

    /// <summary>Takes the mapping away that begins at this address.</summary>
    [RuntimeExport("mk_memory_object_unmap")]
    private static Status UnmapObject(ulong start) => ObjectMappings.Unmap(KernelAddressSpace.Space, start);

    /// <inheritdoc cref="HeapTrim.WaitForWork"/>
    [RuntimeExport("mk_heap_trim_wait")]
    private static int WaitForTrim(int seen) => HeapTrim.WaitForWork(seen);

    /// <inheritdoc cref="HeapTrim.Complete"/>
    [RuntimeExport("mk_heap_trim_complete")]
    private static void CompleteTrim(int gave) => HeapTrim.Complete(gave != 0);

    /// <summary>Every processor passes a full memory barrier before this returns (Linux's membarrier).</summary>
    [RuntimeExport("mk_memory_barrier")]
    private static void Barrier() => ProcessorRequest.BarrierEverywhere();

    /// <summary>Fills the memory figures of the system.</summary>
    [RuntimeExport("mk_memory_information")]
    private static void Information(MemoryInformation* information)
    {
        information->TotalPages = PhysicalMemory.UsableFrames;
        information->FreePages = PhysicalMemory.FreeFrames;
        information->CommittedPages = CommitCharge.FrameLimit - CommitCharge.FramesLeft;
        information->CommitLimitPages = CommitCharge.FrameLimit;
        ImageLayout.Addresses* image = ImageLayout.Get();
        information->ImagePages = (image->PhysicalEnd - image->PhysicalStart) / PageTable.PageBytes;
        information->BootPages = ModulePages();
        information->PageTablePages = PageTable.TablePages;
        information->StackPages = KernelAddressSpace.Space->StackPages;
        information->ThreadPages = ThreadList.Count;
        information->PageFaults = KernelAddressSpace.Space->Faults;
    }

    /// <summary>Page frames that the kernel's heap and runtime have touched, and those of processes' private memory.</summary>
    [RuntimeExport("mk_memory_use")]
    private static void Use(ulong* heap, ulong* programs)
    {
        AddressSpace* space = KernelAddressSpace.Space;
        uint interrupts = AddressSpace.Acquire(space);
        *heap = space->ResidentPages - space->StackPages;
        AddressSpace.Release(space, interrupts);
        *programs = CommitCharge.Private;
    }

    /// <summary>Memory was refused that pages of processes are in: the pager has made room.</summary>
    private static bool IsWorthAnotherTry(Status status, ulong bytes) =>
        status == Status.OutOfMemory && PageWait.TryWaitForRoom((bytes + PageTable.PageBytes - 1) / PageTable.PageBytes);

    private static ulong ModulePages()
    {
        ulong pages = 0;
        for (int i = 0; i < Startup.Information->ModuleCount; i++)
            pages += (BootInformation.ModuleAt(Startup.Information, i)->Length + PageTable.PageBytes - 1) / PageTable.PageBytes;
        return pages;
    }
}
