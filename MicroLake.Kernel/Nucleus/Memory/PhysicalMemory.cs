using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Memory;

/// <summary>The machine's page frames: one buddy allocator over all RAM, behind one lock.</summary>
internal static unsafe class PhysicalMemory
{
    private const ulong LowMemory = 1 << 20;
    private const int MaxReserved = BootInformation.MaxModules + 3;

    private static FrameAllocator s_frames;
    private static SpinLock s_lock;
    private static ulong s_limitFrame;

    public struct Reserved
    {
        public ulong Start, End;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxReserved)]
    private struct ReservedArray
    {
        private Reserved _first;
    }

    /// <summary>End of the highest RAM, in bytes.</summary>
    public static ulong Top;

    /// <summary>Frames free right after the boot set the allocator up.</summary>
    public static ulong UsableFrames;

    public static ulong FreeFrames
    {
        get
        {
            fixed (FrameAllocator* frames = &s_frames)
                return frames->FreeFrames;
        }
    }

    /// <summary>
    /// Builds the allocator in a free part of the first 4 GiB. The first MiB, the image and the modules stay out.
    /// False: no range is large enough for the allocator's own table.
    /// </summary>
    public static bool Initialize(BootInformation* information)
    {
        ReservedArray storage;
        var reserved = (Reserved*)&storage;
        int count = CollectReserved(information, reserved);

        Top = 0;
        for (int i = 0; i < information->RangeCount; i++)
        {
            BootInformation.Range* range = BootInformation.RangeAt(information, i);
            if (range->Usable != 0 && range->Start + range->Length > Top)
                Top = range->Start + range->Length;
        }

        ulong frameCount = Top >> 12;
        ulong metadataBytes = RoundUp(FrameAllocator.MetadataBytes(frameCount));
        if (!TryPlace(information, reserved, count, metadataBytes, out ulong metadata))
            return false;
        reserved[count].Start = metadata;
        reserved[count++].End = metadata + metadataBytes;

        s_limitFrame = DirectMap.BootLimit >> 12;
        fixed (FrameAllocator* frames = &s_frames)
        {
            frames->Initialize(DirectMap.Pointer(metadata), frameCount);
            for (int i = 0; i < information->RangeCount; i++)
                AddUsable(frames, BootInformation.RangeAt(information, i), reserved, count);
            UsableFrames = frames->FreeFrames;
        }

        return UsableFrames > 0;
    }

    /// <summary>From now on frames above 4 GiB may be handed out: the direct map reaches them.</summary>
    public static void AllowHighMemory() => s_limitFrame = ulong.MaxValue;

    /// <summary>One frame of zeros; <paramref name="physical"/> is its address.</summary>
    public static bool TryAllocateZeroed(out ulong physical)
    {
        if (!TryAllocate(out physical))
            return false;
        Processor.ZeroPages(DirectMap.Pointer(physical), 1);
        return true;
    }

    public static bool TryAllocate(out ulong physical)
    {
        bool found;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (FrameAllocator* frames = &s_frames)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.PageFrames);
            found = s_limitFrame == ulong.MaxValue
                ? frames->TryAllocate(0, out ulong frame)
                : frames->TryAllocateBelow(0, s_limitFrame, out frame);
            SpinLock.Release(spinLock, LockRank.PageFrames, interrupts);
            physical = frame << 12;
        }

        return found;
    }

    /// <summary>A run of neighbouring frames whose addresses all lie below <paramref name="limit"/> bytes, for DMA.</summary>
    public static bool TryAllocateContiguous(ulong pages, ulong limit, out ulong physical)
    {
        bool found;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (FrameAllocator* frames = &s_frames)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.PageFrames);
            found = frames->TryAllocateContiguous(pages, limit >> 12, out ulong frame);
            SpinLock.Release(spinLock, LockRank.PageFrames, interrupts);
            physical = frame << 12;
        }

        return found;
    }

    public static void Free(ulong physical)
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (FrameAllocator* frames = &s_frames)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.PageFrames);
            bool wasAllocated = frames->Free(physical >> 12, 0);
            SpinLock.Release(spinLock, LockRank.PageFrames, interrupts);
            if (!wasAllocated)
                Diagnostics.Panic.Raise("a page frame was freed twice"u8, physical);
        }
    }

    /// <summary>Gives a run of <see cref="TryAllocateContiguous"/> back, whole.</summary>
    public static void FreeContiguous(ulong physical, ulong pages)
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (FrameAllocator* frames = &s_frames)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.PageFrames);
            bool wasAllocated = frames->FreeContiguous(physical >> 12, pages);
            SpinLock.Release(spinLock, LockRank.PageFrames, interrupts);
            if (!wasAllocated)
                Diagnostics.Panic.Raise("a run of page frames was freed twice"u8, physical);
        }
    }

    private static int CollectReserved(BootInformation* information, Reserved* reserved)
    {
        ImageLayout.Addresses* image = ImageLayout.Get();
        reserved[0].Start = 0;
        reserved[0].End = LowMemory;
        reserved[1].Start = image->PhysicalStart;
        reserved[1].End = RoundUp(image->PhysicalEnd);
        int count = 2;
        for (int i = 0; i < information->ModuleCount; i++)
        {
            BootInformation.Module* module = BootInformation.ModuleAt(information, i);
            reserved[count].Start = module->Start & ~(PageTable.PageBytes - 1);
            reserved[count++].End = RoundUp(module->Start + module->Length);
        }

        return count;
    }

    private static bool TryPlace(BootInformation* information, Reserved* reserved, int count, ulong bytes, out ulong place)
    {
        for (int i = 0; i < information->RangeCount; i++)
        {
            BootInformation.Range* range = BootInformation.RangeAt(information, i);
            if (range->Usable == 0)
                continue;
            ulong start = RoundUp(range->Start);
            ulong end = range->Start + range->Length;
            while (start + bytes <= end && start + bytes <= DirectMap.BootLimit)
            {
                if (!TryFindOverlap(reserved, count, start, start + bytes, out int hit))
                {
                    place = start;
                    return true;
                }

                start = reserved[hit].End;
            }
        }

        place = 0;
        return false;
    }

    private static bool TryFindOverlap(Reserved* reserved, int count, ulong start, ulong end, out int hit)
    {
        for (hit = 0; hit < count; hit++)
            if (reserved[hit].Start < end && reserved[hit].End > start)
                return true;
        return false;
    }

    private static void AddUsable(FrameAllocator* frames, BootInformation.Range* range, Reserved* reserved, int count)
    {
        if (range->Usable == 0)
            return;
        ulong start = RoundUp(range->Start);
        ulong end = (range->Start + range->Length) & ~(PageTable.PageBytes - 1);
        while (start < end)
        {
            // The nearest reserved piece bounds the free piece that begins at start.
            ulong stop = end;
            ulong resume = end;
            for (int i = 0; i < count; i++)
            {
                if (reserved[i].End <= start || reserved[i].Start >= stop)
                    continue;
                stop = reserved[i].Start > start ? reserved[i].Start : start;
                resume = reserved[i].End;
            }

            if (stop > start)
                frames->AddRange(start >> 12, (stop - start) >> 12);
            start = resume;
        }
    }

    private static ulong RoundUp(ulong value) => (value + PageTable.PageBytes - 1) & ~(PageTable.PageBytes - 1);
}
