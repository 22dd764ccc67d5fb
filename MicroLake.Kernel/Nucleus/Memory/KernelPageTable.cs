using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The kernel's own page tables: the direct map, the image with each part's rights, device registers on demand.
/// The low half holds nothing until the kernel window is used, so page 0 is not mapped.
/// </summary>
internal static unsafe class KernelPageTable
{
    private const ulong DeviceWindow = 0xffff_c000_0000_0000;

    /// <summary>Device registers lie in the first TiB of physical addresses.</summary>
    private const ulong DeviceWindowEnd = DeviceWindow + (1ul << 40);

    private static ulong s_root;
    private static SpinLock s_deviceLock;

    public static ulong Root => s_root;

    /// <summary>Builds the tables and moves onto them. False: too little memory.</summary>
    public static bool Install()
    {
        if (!PageTable.TryCreateRoot(out s_root))
            return false;

        ulong top = PhysicalMemory.Top > DirectMap.BootLimit ? PhysicalMemory.Top : DirectMap.BootLimit;
        for (ulong physical = 0; physical < top; physical += PageTable.LargePageBytes)
            if (!PageTable.MapLarge(s_root, DirectMap.Base + physical, physical, PageTable.Writable | PageTable.NoExecute))
                return false;

        ImageLayout.Addresses* image = ImageLayout.Get();
        bool mapped = MapImage(image->TextStart, image->TextEnd, 0)
            && MapImage(image->RodataStart, image->RodataEnd, PageTable.NoExecute)
            && MapImage(image->DataStart, image->DataEnd, PageTable.NoExecute | PageTable.Writable);
        if (!mapped)
            return false;

        // Top-level entries are copied into the tables of processes: those of the kernel never change from here on.
        if (!PageTable.MakeTopEntries(s_root, KernelAddressSpace.WindowStart, KernelAddressSpace.WindowEnd)
            || !PageTable.MakeTopEntries(s_root, DeviceWindow, DeviceWindowEnd))
            return false;
        *PageTable.Find(s_root, image->StackGuard) = 0;
        Processor.WriteCr3(s_root);
        Processor.CurrentCpu()->ActiveRoot = s_root;
        PhysicalMemory.AllowHighMemory();
        return true;
    }

    /// <summary>A top page table for a process: the kernel's part is shared, the rest empty. False: no memory.</summary>
    public static bool TryCreateForProcess(out ulong root)
    {
        if (!PageTable.TryCreateRoot(out root))
            return false;
        PageTable.ShareTopEntries(root, s_root, KernelAddressSpace.WindowStart, KernelAddressSpace.WindowEnd);
        PageTable.ShareTopEntries(root, s_root, DirectMap.Base, ulong.MaxValue);
        return true;
    }

    /// <summary>Maps device registers, uncached, and returns where; null when no frame was left for a table, or they lie above 1 TiB.</summary>
    public static byte* MapDevice(ulong physical, ulong length)
    {
        if (physical >= DeviceWindowEnd - DeviceWindow || length > DeviceWindowEnd - DeviceWindow - physical)
            return null;
        ulong first = physical & ~(PageTable.PageBytes - 1);
        for (ulong page = first; page < physical + length; page += PageTable.PageBytes)
            if (!IsDeviceMapped(page) && !MapDevicePage(page))
                return null;
        return (byte*)(DeviceWindow + physical);
    }

    /// <summary>Mappings of devices are never taken away: one that is seen without the lock is there.</summary>
    private static bool IsDeviceMapped(ulong page)
    {
        ulong* entry = PageTable.Find(s_root, DeviceWindow + page);
        return entry != null && *entry != 0;
    }

    private static bool MapDevicePage(ulong page)
    {
        const ulong flags = PageTable.Present | PageTable.Writable | PageTable.NoExecute | PageTable.CacheDisable;
        fixed (SpinLock* spinLock = &s_deviceLock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            bool mapped = PageTable.Map(s_root, DeviceWindow + page, page, flags);
            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
            return mapped;
        }
    }

    /// <summary>
    /// Changes the rights of read-only data of the image (the runtime writes its stack cookie there once and
    /// protects it again). False: the range is not read-only data, or the rights include execution.
    /// </summary>
    public static bool ProtectImage(ulong start, ulong length, Abi.Protection protection)
    {
        ImageLayout.Addresses* image = ImageLayout.Get();
        bool inside = start >= image->RodataStart && start < image->RodataEnd && length <= image->RodataEnd - start;
        if (!inside || (protection & Abi.Protection.Execute) != 0 || protection == Abi.Protection.None)
            return false;
        ulong flags = PageTable.Present | PageTable.NoExecute;
        if ((protection & Abi.Protection.Write) != 0)
            flags |= PageTable.Writable;
        ulong end = (start + length + PageTable.PageBytes - 1) & ~(PageTable.PageBytes - 1);
        PageTable.Protect(s_root, start & ~(PageTable.PageBytes - 1), end, flags);
        return true;
    }

    private static bool MapImage(ulong start, ulong end, ulong flags)
    {
        for (ulong address = start; address < end; address += PageTable.PageBytes)
            if (!PageTable.Map(s_root, address, address - ImageLayout.KernelBase, flags | PageTable.Present))
                return false;
        return true;
    }
}
