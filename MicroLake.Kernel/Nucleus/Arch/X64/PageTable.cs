using MicroLake.Nucleus.Memory;

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
    public const ulong NoExecute = 1ul << 63;
    public const ulong AddressMask = 0x000f_ffff_ffff_f000;

    public const ulong PageBytes = 4096;
    public const ulong LargePageBytes = 2 << 20;

    private const int EntriesPerTable = 512;

    private static ulong s_tablePages;

    /// <summary>Frames that hold page tables.</summary>
    public static ulong TablePages => s_tablePages;

    /// <summary>Maps one 4 KiB page. False: no frame was left for a table; nothing was mapped.</summary>
    public static bool Map(ulong root, ulong address, ulong physical, ulong flags)
    {
        ulong* entry = Walk(root, address, 1, true);
        if (entry == null)
            return false;
        *entry = (physical & AddressMask) | flags | Present;
        return true;
    }

    /// <summary>Maps one 2 MiB page.</summary>
    public static bool MapLarge(ulong root, ulong address, ulong physical, ulong flags)
    {
        ulong* entry = Walk(root, address, 2, true);
        if (entry == null)
            return false;
        *entry = (physical & AddressMask) | flags | Present | Large;
        return true;
    }

    /// <summary>The entry of the 4 KiB page at <paramref name="address"/>, or null where no table leads there.</summary>
    public static ulong* Find(ulong root, ulong address) => Walk(root, address, 1, false);

    /// <summary>
    /// Removes every 4 KiB mapping of a range, gives the frames back, and with <paramref name="freeTables"/> the
    /// last-level tables that the range covers whole. Returns the number of pages that were present.
    /// </summary>
    public static ulong Unmap(ulong root, ulong start, ulong end, bool freeTables)
    {
        ulong pages = 0;
        ulong address = start;
        while (address < end)
        {
            ulong next = (address & ~(LargePageBytes - 1)) + LargePageBytes;
            ulong stop = next < end ? next : end;
            ulong* directoryEntry = Walk(root, address, 2, false);
            if (directoryEntry != null && (*directoryEntry & Present) != 0 && (*directoryEntry & Large) == 0)
            {
                pages += UnmapWithin(*directoryEntry, address, stop);
                bool coversTable = (address & (LargePageBytes - 1)) == 0 && stop == next;
                if (coversTable && freeTables)
                {
                    ulong table = *directoryEntry & AddressMask;
                    *directoryEntry = 0;
                    PhysicalMemory.Free(table);
                    s_tablePages--;
                }
            }

            address = stop;
        }

        Flush(start, end);
        return pages;
    }

    /// <summary>Sets the access bits of the pages of a range that are present.</summary>
    public static void Protect(ulong root, ulong start, ulong end, ulong flags)
    {
        ulong address = start;
        while (address < end)
        {
            ulong* directoryEntry = Walk(root, address, 2, false);
            if (directoryEntry == null || (*directoryEntry & Present) == 0)
            {
                address = (address & ~(LargePageBytes - 1)) + LargePageBytes;
                continue;
            }

            ulong* entry = Walk(root, address, 1, false);
            if (entry != null && (*entry & AddressMask) != 0)
                *entry = (*entry & AddressMask) | flags;
            address += PageBytes;
        }

        Flush(start, end);
    }

    private static ulong UnmapWithin(ulong directoryEntry, ulong start, ulong end)
    {
        ulong pages = 0;
        var table = (ulong*)DirectMap.Pointer(directoryEntry & AddressMask);
        for (ulong address = start; address < end; address += PageBytes)
        {
            ulong* entry = table + ((address >> 12) & 511);
            if (*entry == 0)
                continue;
            PhysicalMemory.Free(*entry & AddressMask);
            *entry = 0;
            pages++;
        }

        return pages;
    }

    private static void Flush(ulong start, ulong end)
    {
        if (end - start > 32 * PageBytes)
        {
            Processor.WriteCr3(Processor.ReadCr3());
            return;
        }

        for (ulong address = start; address < end; address += PageBytes)
            Processor.InvalidatePage(address);
    }

    private static ulong* Walk(ulong root, ulong address, int lastLevel, bool create)
    {
        var table = (ulong*)DirectMap.Pointer(root);
        for (int level = 4; level > lastLevel; level--)
        {
            ulong* entry = table + ((address >> (12 + (level - 1) * 9)) & (EntriesPerTable - 1));
            if ((*entry & Present) == 0)
            {
                if (!create || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
                    return null;
                *entry = frame | Present | Writable;
                s_tablePages++;
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
