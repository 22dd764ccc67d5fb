using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Paging;

/// <summary>The swap disk, as far as the nucleus knows it: which of its slots are taken, and what has gone there and come back.</summary>
internal static unsafe class Swap
{
    /// <summary>
    /// Of the slots, one in so many is promised to nobody: there is always one for a page that has to leave, also while the kernel keeps more for others than it wanted to.
    /// </summary>
    private const ulong SpareShare = 16;

    private static SlotMap s_slots;
    private static ulong s_mapFrames, s_mapPages;
    private static ulong s_pagesOut, s_pagesIn;

    /// <summary>Begins paging to a disk of so many slots, its header included.</summary>
    public static Status Begin(ulong slots)
    {
        if (slots < 2 || slots > PageTable.AddressMask / PageTable.PageBytes)
            return Status.InvalidArgument;
        if (s_mapPages != 0)
            return Status.AlreadyReserved;
        ulong pages = (SlotMap.MapBytes(slots) + PageTable.PageBytes - 1) / PageTable.PageBytes;
        if (!CommitCharge.TryTake(pages))
            return Status.OutOfMemory;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out s_mapFrames))
        {
            CommitCharge.Give(pages);
            return Status.OutOfMemory;
        }

        s_mapPages = pages;
        s_pagesOut = 0;
        s_pagesIn = 0;
        fixed (SlotMap* map = &s_slots)
            map->Initialize((ulong*)DirectMap.Pointer(s_mapFrames), slots);
        ulong usable = slots - 1;
        CommitCharge.BeginPaging(usable - usable / SpareShare);
        return Status.Ok;
    }

    /// <summary>Ends paging. <see cref="Status.WouldBlock"/>: something is on the disk still.</summary>
    public static Status End()
    {
        if (s_mapPages == 0)
            return Status.NotFound;
        if (s_slots.Used != 0)
            return Status.WouldBlock;
        CommitCharge.EndPaging();
        PhysicalMemory.FreeContiguous(s_mapFrames, s_mapPages);
        CommitCharge.Give(s_mapPages);
        s_mapPages = 0;
        return Status.Ok;
    }

    /// <inheritdoc cref="SlotMap.Take"/>
    public static ulong TakeSlots(ulong most, out ulong first)
    {
        fixed (SlotMap* map = &s_slots)
            return map->Take(most, out first);
    }

    /// <summary>What a slot holds is not needed any more.</summary>
    public static void GiveSlot(ulong slot)
    {
        fixed (SlotMap* map = &s_slots)
            if (!map->Give(slot))
                Diagnostics.Panic.Raise("a slot of the swap disk was freed twice"u8, slot);
    }

    public static void CountOut(int pages) => s_pagesOut += (ulong)pages;

    public static void CountIn(int pages) => s_pagesIn += (ulong)pages;

    public static void Describe(SwapInformation* information)
    {
        information->Slots = s_mapPages == 0 ? 0 : s_slots.Slots - 1;
        information->UsedSlots = s_mapPages == 0 ? 0 : s_slots.Used;
        information->PagesOut = s_pagesOut;
        information->PagesIn = s_pagesIn;
        information->PromisedPages = CommitCharge.Charged;
        information->FramePages = CommitCharge.FrameLimit;
        information->PromiseLimitPages = CommitCharge.Limit;
        information->Room = CommitCharge.Room;
        information->ShortRoom = CommitCharge.ShortRoom;
    }
}
