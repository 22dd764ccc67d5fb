using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Paging;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// A process's private pages on their way to the swap disk and back. One thread, the pager, calls these. A page that leaves keeps its frame until it is on the disk: who
/// touches it before takes it back (<see cref="MakePresent"/>).
/// </summary>
internal unsafe partial struct AddressSpace
{
    /// <inheritdoc cref="PageTable.Collect"/>
    public static int Collect(AddressSpace* space, ref ulong address, bool swapped, ulong* pages, int most)
    {
        uint interrupts = Acquire(space);
        int count = PageTable.Collect(space->Root, ref address, space->High, swapped, pages, most);
        Release(space, interrupts);
        return count;
    }

    /// <summary>
    /// Pages are about to leave: nobody can change them without a fault any more, and their content is copied. Those that cannot leave are passed over; the others come
    /// first in <paramref name="pages"/> afterwards. Returns how many.
    /// </summary>
    public static int BeginLeaving(AddressSpace* space, ulong* pages, int count, byte* data)
    {
        ulong low = ulong.MaxValue, high = 0;
        uint interrupts = Acquire(space);
        for (int i = 0; i < count; i++)
        {
            ulong* entry = PageTable.Find(space->Root, pages[i]);
            if (entry == null || (*entry & PageTable.AddressMask) == 0 || (*entry & (PageTable.Borrowed | PageTable.Swapped)) != 0)
                continue;
            *entry = (*entry & PageTable.AddressMask) | PageTable.Leaving;
            low = pages[i] < low ? pages[i] : low;
            high = pages[i] > high ? pages[i] : high;
        }

        if (low <= high)
            ProcessorRequest.FlushEverywhere(space->Root, low, high + PageTable.PageBytes);
        Release(space, interrupts);

        int left = 0;
        for (int i = 0; i < count; i++)
        {
            // One by one, so that interrupts are off for the copy of a page only.
            interrupts = Acquire(space);
            ulong* entry = PageTable.Find(space->Root, pages[i]);
            bool leaves = entry != null && (*entry & PageTable.Leaving) != 0;
            if (leaves)
                RawMemory.CopyQuads(data + (ulong)left * PageTable.PageBytes, DirectMap.Pointer(*entry & PageTable.AddressMask), PageTable.PageBytes);
            Release(space, interrupts);
            if (leaves)
                pages[left++] = pages[i];
        }

        return left;
    }

    /// <summary>
    /// Pages that were leaving are on the disk, in slots from <paramref name="slot"/> on, or (0) could not be written, and stay. Slots of pages that somebody has taken back are
    /// free again. Returns how many frames came free.
    /// </summary>
    public static int EndLeaving(AddressSpace* space, ulong* pages, int count, ulong slot)
    {
        int left = 0;
        uint interrupts = Acquire(space);
        for (int i = 0; i < count; i++)
        {
            ulong* entry = PageTable.Find(space->Root, pages[i]);
            bool leaves = entry != null && (*entry & PageTable.Leaving) != 0;
            if (leaves && slot != 0)
            {
                PhysicalMemory.Free(*entry & PageTable.AddressMask);
                *entry = ((slot + (ulong)i) * PageTable.PageBytes) | PageTable.Swapped;
                left++;
            }
            else if (leaves)
            {
                *entry = (*entry & PageTable.AddressMask) | FlagsAt(space, pages[i]);
            }
            else if (slot != 0)
            {
                Swap.GiveSlot(slot + (ulong)i);
            }
        }

        space->ResidentPages -= (ulong)left;
        space->SwappedPages += (ulong)left;
        CommitCharge.Unclaim((ulong)left);
        Release(space, interrupts);
        return left;
    }

    /// <summary>
    /// The slot of a page that is on the disk, 0 where it is not, and how many pages from it on lie in slots one after the other, <paramref name="most"/> at most.
    /// </summary>
    public static ulong FindSlots(AddressSpace* space, ulong page, int most, out int count)
    {
        count = 0;
        ulong first = 0;
        uint interrupts = Acquire(space);
        for (; count < most; count++)
        {
            ulong* entry = PageTable.Find(space->Root, page + (ulong)count * PageTable.PageBytes);
            if (entry == null || (*entry & PageTable.Swapped) == 0)
                break;
            ulong slot = (*entry & PageTable.AddressMask) / PageTable.PageBytes;
            if (count == 0)
                first = slot;
            else if (slot != first + (ulong)count)
                break;
        }

        Release(space, interrupts);
        return first;
    }

    /// <summary>
    /// Brings pages back that were read from slots from <paramref name="slot"/> on; those that are not there any more are passed over. False: there is no frame for one of them.
    /// </summary>
    public static bool Bring(AddressSpace* space, ulong page, ulong slot, int count, byte* data)
    {
        for (int i = 0; i < count; i++, page += PageTable.PageBytes, slot++, data += PageTable.PageBytes)
        {
            uint interrupts = Acquire(space);
            ulong* entry = PageTable.Find(space->Root, page);
            bool isThere = entry != null && *entry == ((slot * PageTable.PageBytes) | PageTable.Swapped);
            ulong frame = 0;
            bool isShort = isThere && !PhysicalMemory.TryAllocate(out frame);
            if (isThere && !isShort)
            {
                RawMemory.CopyQuads(DirectMap.Pointer(frame), data, PageTable.PageBytes);
                *entry = frame | FlagsAt(space, page);
                space->ResidentPages++;
                space->SwappedPages--;
                CommitCharge.Claim();
                Swap.GiveSlot(slot);
            }

            Release(space, interrupts);
            if (isShort)
                return false;
        }

        return true;
    }

    private static ulong FlagsAt(AddressSpace* space, ulong page) =>
        FlagsOf(space, space->_regions.TryFind(page, out Region region) ? region.Protection : Abi.Protection.None);
}
