using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Thread identifiers: the low 16 bits are a slot, the high 16 its generation, so that an identifier of a thread
/// that is gone never names another. Called with the scheduler's lock held.
/// </summary>
internal static unsafe class ThreadTable
{
    private const int SlotsPerPage = 256;
    private const int MaxPages = 128;
    private const uint NoSlot = uint.MaxValue;

    private struct Slot
    {
        public Thread* Thread;
        public uint Generation;
        public uint NextFree;
    }

    private struct PageArray
    {
        public fixed ulong Pages[MaxPages];
    }

    private static PageArray s_pages;
    private static uint s_pageCount;
    private static uint s_firstFreePlusOne;

    /// <summary>Gives the thread an identifier. False: no memory, or 32,768 threads already.</summary>
    public static bool TryAdd(Thread* thread)
    {
        if (s_firstFreePlusOne == 0 && !TryGrow())
            return false;
        uint index = s_firstFreePlusOne - 1;
        Slot* slot = At(index);
        s_firstFreePlusOne = slot->NextFree;
        slot->Thread = thread;
        slot->Generation = (slot->Generation + 1) & 0x7fff;
        thread->Id = (slot->Generation << 16) | index;
        return true;
    }

    public static void Remove(Thread* thread)
    {
        uint index = thread->Id & 0xffff;
        Slot* slot = At(index);
        slot->Thread = null;
        slot->NextFree = s_firstFreePlusOne;
        s_firstFreePlusOne = index + 1;
    }

    /// <summary>The thread of that identifier, or null when it is gone.</summary>
    public static Thread* Find(uint id)
    {
        uint index = id & 0xffff;
        if (index >= s_pageCount * SlotsPerPage)
            return null;
        Slot* slot = At(index);
        return slot->Thread != null && slot->Thread->Id == id ? slot->Thread : null;
    }

    private static bool TryGrow()
    {
        if (s_pageCount == MaxPages || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return false;
        fixed (PageArray* pages = &s_pages)
            pages->Pages[s_pageCount] = (ulong)DirectMap.Pointer(frame);
        uint first = s_pageCount++ * SlotsPerPage;
        for (uint i = SlotsPerPage; i > 0; i--)
        {
            At(first + i - 1)->NextFree = s_firstFreePlusOne;
            s_firstFreePlusOne = first + i;
        }

        return true;
    }

    private static Slot* At(uint index)
    {
        fixed (PageArray* pages = &s_pages)
            return (Slot*)pages->Pages[index / SlotsPerPage] + index % SlotsPerPage;
    }
}
