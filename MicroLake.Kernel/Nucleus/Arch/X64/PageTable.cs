using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>
/// Four-level page tables (Intel SDM volume 3, section 4.5), reached through the direct map. All calls are made
/// with the address space's lock held, or before there is a second thread.
/// </summary>
internal static unsafe class PageTable
{
    public const ulong Present = 1;
    public const ulong Writable = 1 << 1;
    public const ulong User = 1 << 2;
    public const ulong CacheDisable = 1 << 4;
    public const ulong Large = 1 << 7;
    public const ulong Global = 1 << 8;

    /// <summary>Free for software: the frame belongs to a memory object and outlives the mapping.</summary>
    public const ulong Borrowed = 1 << 9;

    /// <summary>
    /// Free for software, in entries that are not present: in place of a frame is the slot of the swap disk that has the page; or the page is on its way there, and the
    /// frame has it still.
    /// </summary>
    public const ulong Swapped = 1 << 10, Leaving = 1 << 11;
    public const ulong NoExecute = 1ul << 63;

    /// <summary>Set by the processor where the page was used (4.8).</summary>
    public const ulong Accessed = 1 << 5;
    public const ulong AddressMask = 0x000f_ffff_ffff_f000;

    /// <summary>First address above those of processes.</summary>
    public const ulong UserEnd = 0x4000_0000_0000;

    /// <summary>The most tables that one mapping of a page makes below a root.</summary>
    public const ulong TablesPerPage = 3;

    public const ulong PageBytes = 4096;
    public const ulong LargePageBytes = 2 << 20;

    private const int EntriesPerTable = 512;
    private const ulong TopEntryBytes = 1ul << 39;

    private static ulong s_tablePages;

    /// <summary>What was taken out of page tables: entries, frames and slots of the swap disk that were the space's own, and tables.</summary>
    public struct Removed
    {
        public ulong Entries, Frames, Slots, Tables;
    }

    /// <summary>Frames that hold page tables.</summary>
    public static ulong TablePages => s_tablePages;

    /// <summary>Maps one 4 KiB page with these bits, <see cref="Present"/> or not. False: no frame was left for a table; nothing was mapped.</summary>
    public static bool Map(ulong root, ulong address, ulong physical, ulong flags) => Map(root, address, physical, flags, out _);

    /// <summary>The same, and how many tables were made for it, on failure, too.</summary>
    public static bool Map(ulong root, ulong address, ulong physical, ulong flags, out ulong made)
    {
        made = 0;
        ulong* entry = Walk(root, address, 1, true, ref made);
        if (entry == null)
            return false;
        *entry = (physical & AddressMask) | flags;
        return true;
    }

    /// <summary>Maps one 2 MiB page.</summary>
    public static bool MapLarge(ulong root, ulong address, ulong physical, ulong flags)
    {
        ulong made = 0;
        ulong* entry = Walk(root, address, 2, true, ref made);
        if (entry == null)
            return false;
        *entry = (physical & AddressMask) | flags | Present | Large;
        return true;
    }

    /// <summary>Makes the second-level tables of a range, so that the top-level entries never change again. False: no memory.</summary>
    public static bool MakeTopEntries(ulong root, ulong start, ulong end)
    {
        ulong made = 0;
        for (ulong address = start; address < end; address += TopEntryBytes)
            if (Walk(root, address, 3, true, ref made) == null)
                return false;
        return true;
    }

    /// <summary>Gives a root the top-level entries of another in a range.</summary>
    public static void ShareTopEntries(ulong root, ulong from, ulong start, ulong end)
    {
        var target = (ulong*)DirectMap.Pointer(root);
        var source = (ulong*)DirectMap.Pointer(from);
        ulong last = (end - 1) / TopEntryBytes % EntriesPerTable;
        for (ulong i = start / TopEntryBytes % EntriesPerTable; i <= last; i++)
            target[i] = source[i];
    }

    /// <summary>Gives back all tables and frames of a process's part of a root that no processor uses any more, and the root.</summary>
    public static void Destroy(ulong root)
    {
        var table = (ulong*)DirectMap.Pointer(root);
        for (ulong i = 0; i < UserEnd / TopEntryBytes; i++)
            if ((table[i] & Present) != 0)
                DestroyTable(table[i] & AddressMask, 3);
        PhysicalMemory.Free(root);
        System.Threading.Interlocked.Decrement(ref s_tablePages);
    }

    /// <summary>A top page table with nothing in it. False: no memory.</summary>
    public static bool TryCreateRoot(out ulong root)
    {
        if (!PhysicalMemory.TryAllocateZeroed(out root))
            return false;
        System.Threading.Interlocked.Increment(ref s_tablePages);
        return true;
    }

    private static void DestroyTable(ulong physical, int level)
    {
        var table = (ulong*)DirectMap.Pointer(physical);
        for (int i = 0; i < EntriesPerTable; i++)
        {
            ulong entry = table[i];
            if (level > 1 && (entry & Present) != 0)
                DestroyTable(entry & AddressMask, level - 1);
            else if (level == 1 && (entry & Swapped) != 0)
                Swap.GiveSlot((entry & AddressMask) / PageBytes);
            else if (level == 1 && (entry & AddressMask) != 0 && (entry & Borrowed) == 0)
                PhysicalMemory.Free(entry & AddressMask);
        }

        PhysicalMemory.Free(physical);
        System.Threading.Interlocked.Decrement(ref s_tablePages);
    }

    /// <summary>The entry of the 4 KiB page at <paramref name="address"/>, or null where no table leads there.</summary>
    public static ulong* Find(ulong root, ulong address)
    {
        ulong made = 0;
        return Walk(root, address, 1, false, ref made);
    }

    /// <summary>
    /// Removes every 4 KiB mapping of a range, gives the frames back, and with <paramref name="freeTables"/> the
    /// last-level tables that the range covers whole.
    /// </summary>
    /// <remarks>
    /// In three passes, because other processors may still translate by what is taken away: the pages are made not present and
    /// every processor drops its translations; only then are the frames given back; tables likewise.
    /// </remarks>
    public static Removed Unmap(ulong root, ulong start, ulong end, bool freeTables)
    {
        Removed removed = default;
        if (!HidePages(root, start, end))
            return removed;
        ProcessorRequest.FlushEverywhere(root, start, end);
        ulong tables = FreePages(root, start, end, freeTables, ref removed);
        if (tables == 0)
            return removed;

        // The detached tables are chained by their first words, which are not present entries.
        ProcessorRequest.FlushEverywhere(root, start, end);
        while (tables != 0)
        {
            ulong table = tables;
            tables = *(ulong*)DirectMap.Pointer(table);
            PhysicalMemory.Free(table);
            removed.Tables++;
            System.Threading.Interlocked.Decrement(ref s_tablePages);
        }

        return removed;
    }

    /// <summary>Clears the present bits of a range; the entries keep their frames. False: nothing was there.</summary>
    private static bool HidePages(ulong root, ulong start, ulong end)
    {
        bool found = false;
        for (ulong address = start; address < end;)
        {
            ulong* directoryEntry = FindDirectoryEntry(root, address, out ulong next);
            ulong stop = next < end ? next : end;
            if (IsTable(directoryEntry))
            {
                found = true;
                for (ulong* entry = EntryIn(*directoryEntry, address), last = entry + (stop - address) / PageBytes; entry < last; entry++)
                    *entry &= ~Present;
            }

            address = stop;
        }

        return found;
    }

    /// <summary>Returns the tables that were detached, each with the next one's address as its first word.</summary>
    private static ulong FreePages(ulong root, ulong start, ulong end, bool freeTables, ref Removed removed)
    {
        ulong tables = 0;
        ulong address = start;
        while (address < end)
        {
            ulong* directoryEntry = FindDirectoryEntry(root, address, out ulong next);
            ulong stop = next < end ? next : end;
            if (IsTable(directoryEntry))
            {
                UnmapWithin(*directoryEntry, address, stop, ref removed);
                bool coversTable = (address & (LargePageBytes - 1)) == 0 && stop == next;
                if (coversTable && freeTables)
                {
                    ulong table = *directoryEntry & AddressMask;
                    *directoryEntry = 0;
                    *(ulong*)DirectMap.Pointer(table) = tables;
                    tables = table;
                }
            }

            address = stop;
        }

        return tables;
    }

    /// <summary>
    /// Sets the access bits of the pages of a range that have frames. Translations are dropped only where a right was taken away: one
    /// that allows too little ends in a page fault, which finds the entry as it is now.
    /// </summary>
    public static void Protect(ulong root, ulong start, ulong end, ulong flags)
    {
        bool takesRights = false;
        ulong address = start;
        while (address < end)
        {
            ulong* directoryEntry = FindDirectoryEntry(root, address, out ulong next);
            ulong stop = next < end ? next : end;
            if (IsTable(directoryEntry))
            {
                for (ulong* entry = EntryIn(*directoryEntry, address), last = entry + (stop - address) / PageBytes; entry < last; entry++)
                {
                    // What is on the disk gets its rights when it comes back.
                    if ((*entry & AddressMask) == 0 || (*entry & Swapped) != 0)
                        continue;
                    takesRights |= TakesRights(*entry, flags);
                    *entry = (*entry & (AddressMask | Borrowed)) | flags;
                }
            }

            address = stop;
        }

        if (takesRights)
            ProcessorRequest.FlushEverywhere(root, start, end);
    }

    private static void UnmapWithin(ulong directoryEntry, ulong start, ulong end, ref Removed removed)
    {
        for (ulong* entry = EntryIn(directoryEntry, start), last = entry + (end - start) / PageBytes; entry < last; entry++)
        {
            if (*entry == 0)
                continue;
            if ((*entry & Swapped) != 0)
            {
                Swap.GiveSlot((*entry & AddressMask) / PageBytes);
                removed.Slots++;
            }
            else if ((*entry & Borrowed) == 0)
            {
                PhysicalMemory.Free(*entry & AddressMask);
                removed.Frames++;
            }

            *entry = 0;
            removed.Entries++;
        }
    }

    /// <summary>
    /// Collects pages of a process that are its own, from an address on: those on the swap disk, or those in frames, of which the lowest bit says whether they were used since
    /// they were last collected. At most one table is looked through. Returns how many; <paramref name="address"/> is where to go on.
    /// </summary>
    public static int Collect(ulong root, ref ulong address, ulong end, bool swapped, ulong* pages, int most)
    {
        int count = 0;
        while (address < end)
        {
            ulong* directoryEntry = FindDirectoryEntry(root, address, out ulong next);
            ulong stop = next < end ? next : end;
            if (!IsTable(directoryEntry))
            {
                address = stop;
                continue;
            }

            for (ulong* entry = EntryIn(*directoryEntry, address); address < stop && count < most; entry++, address += PageBytes)
            {
                if ((*entry & AddressMask) == 0 || (*entry & (Borrowed | Leaving)) != 0 || (*entry & Swapped) != 0 != swapped)
                    continue;
                pages[count++] = address | ((*entry & Accessed) != 0 ? 1ul : 0);
                // Translations that the processors have keep the mark from being set again: at worst a page looks unused once.
                System.Threading.Interlocked.And(ref *entry, ~Accessed);
            }

            break;
        }

        return count;
    }

    private static bool TakesRights(ulong before, ulong after) =>
        (before & Present) != 0 && ((before & ~after & (Present | Writable)) != 0 || (after & ~before & NoExecute) != 0);

    private static bool IsTable(ulong* directoryEntry) =>
        directoryEntry != null && (*directoryEntry & Present) != 0 && (*directoryEntry & Large) == 0;

    /// <summary>The entry of the 4 KiB page at an address, in the last-level table that a directory entry leads to.</summary>
    private static ulong* EntryIn(ulong directoryEntry, ulong address) =>
        (ulong*)DirectMap.Pointer(directoryEntry & AddressMask) + ((address >> 12) & (EntriesPerTable - 1));

    /// <summary>
    /// The directory entry of an address, or null; <paramref name="next"/> is the first address that another entry, or another table that is
    /// not there, stands for: large ranges of nothing are passed over at once.
    /// </summary>
    private static ulong* FindDirectoryEntry(ulong root, ulong address, out ulong next)
    {
        var table = (ulong*)DirectMap.Pointer(root);
        for (int level = 4; level > 2; level--)
        {
            int shift = 12 + (level - 1) * 9;
            ulong entry = table[(address >> shift) & (EntriesPerTable - 1)];
            if ((entry & Present) == 0 || (entry & Large) != 0)
            {
                next = ((address >> shift) + 1) << shift;
                return null;
            }

            table = (ulong*)DirectMap.Pointer(entry & AddressMask);
        }

        next = (address & ~(LargePageBytes - 1)) + LargePageBytes;
        return table + ((address >> 21) & (EntriesPerTable - 1));
    }

    private static ulong* Walk(ulong root, ulong address, int lastLevel, bool create, ref ulong made)
    {
        var table = (ulong*)DirectMap.Pointer(root);
        for (int level = 4; level > lastLevel; level--)
        {
            ulong* entry = table + ((address >> (12 + (level - 1) * 9)) & (EntriesPerTable - 1));
            if ((*entry & Present) == 0)
            {
                if (!create || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
                    return null;
                // Entries above the last level allow everything: the last one decides.
                *entry = frame | Present | Writable | (address < UserEnd ? User : 0);
                System.Threading.Interlocked.Increment(ref s_tablePages);
                made++;
            }
            else if ((*entry & Large) != 0)
            {
                return null;
            }

            table = (ulong*)DirectMap.Pointer(*entry & AddressMask);
        }

        return table + ((address >> (12 + (lastLevel - 1) * 9)) & (EntriesPerTable - 1));
    }
}
