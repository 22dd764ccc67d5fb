using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls of drivers: configuration space, registers, memory for devices, interrupts.</summary>
internal static unsafe class DeviceCalls
{
    [RuntimeExport("mk_pci_read")]
    private static uint PciRead(byte bus, byte device, byte function, ushort register) =>
        PciConfiguration.Read(bus, device, function, register);

    [RuntimeExport("mk_pci_write")]
    private static void PciWrite(byte bus, byte device, byte function, ushort register, uint value) =>
        PciConfiguration.Write(bus, device, function, register, value);

    /// <summary>Maps registers, uncached, for good. <see cref="Status.NotPermitted"/>: there is memory of the machine in that range.</summary>
    [RuntimeExport("mk_device_map")]
    private static Status MapDevice(ulong physical, ulong length, byte** registers)
    {
        *registers = null;
        if (length == 0 || physical + length < physical)
            return Status.InvalidArgument;
        for (int i = 0; i < Startup.Information->RangeCount; i++)
        {
            BootInformation.Range* range = BootInformation.RangeAt(Startup.Information, i);
            if (range->Usable != 0 && physical < range->Start + range->Length && physical + length > range->Start)
                return Status.NotPermitted;
        }

        *registers = KernelPageTable.MapDevice(physical, length);
        return *registers == null ? Status.OutOfMemory : Status.Ok;
    }

    /// <summary>
    /// Neighbouring page frames that a device may be told of: their physical address, and where the kernel sees them. Of zeros, or, for who looks at none
    /// of them, as they were.
    /// </summary>
    [RuntimeExport("mk_dma_allocate")]
    private static Status AllocateDma(ulong pages, int clear, ulong* physical, byte** memory)
    {
        *physical = 0;
        *memory = null;
        if (pages == 0)
            return Status.InvalidArgument;
        if (!CommitCharge.TryTake(pages))
            return Status.OutOfMemory;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong found))
        {
            CommitCharge.Give(pages);
            return Status.OutOfMemory;
        }

        if (clear != 0)
            Processor.ZeroPages(DirectMap.Pointer(found), pages);
        *physical = found;
        *memory = DirectMap.Pointer(found);
        return Status.Ok;
    }

    /// <summary>Gives back what <see cref="AllocateDma"/> gave, whole; the device must not use it any more.</summary>
    [RuntimeExport("mk_dma_free")]
    private static void FreeDma(ulong physical, ulong pages)
    {
        PhysicalMemory.FreeContiguous(physical, pages);
        CommitCharge.Give(pages);
    }

    /// <summary>
    /// Where devices find memory of the kernel's window, which is present from now on: pieces of neighbouring frames, an address and a length each, and
    /// how many. It stays so while nobody gives the memory back. 0: the range is not all in the window and to be written, or has more pieces than
    /// <paramref name="most"/>.
    /// </summary>
    [RuntimeExport("mk_dma_describe")]
    private static int DescribeDma(byte* start, ulong length, ulong* pieces, int most)
    {
        AddressSpace* space = KernelAddressSpace.Space;
        ulong address = (ulong)start;
        if (length == 0 || address < space->Low || address >= space->High || length > space->High - address || !AddressSpace.EnsurePresent(space, address, length))
            return 0;
        int count = 0;
        for (ulong end = address + length; address < end;)
        {
            ulong* entry = PageTable.Find(space->Root, address);
            ulong offset = address & (PageTable.PageBytes - 1);
            ulong bytes = PageTable.PageBytes - offset;
            if (bytes > end - address)
                bytes = end - address;
            ulong physical = (*entry & PageTable.AddressMask) + offset;
            address += bytes;
            if (count > 0 && pieces[2 * count - 2] + pieces[2 * count - 1] == physical)
            {
                pieces[2 * count - 1] += bytes;
                continue;
            }

            if (count == most)
                return 0;
            pieces[2 * count] = physical;
            pieces[2 * count + 1] = bytes;
            count++;
        }

        return count;
    }

    /// <summary>Binds a new message-signalled interrupt at a processor to bits of a notification.</summary>
    [RuntimeExport("mk_interrupt_bind_message")]
    private static Status BindMessage(uint notification, ulong bits, uint processor, uint* source, ulong* address, uint* data)
    {
        Status status = InterruptSignals.BindMessage(notification, bits, processor, out uint vector, out ulong target, out uint value);
        *source = vector;
        *address = target;
        *data = value;
        return status;
    }

    /// <summary>Binds a share of an interrupt line to bits of a notification.</summary>
    [RuntimeExport("mk_interrupt_bind_line")]
    private static Status BindLine(uint notification, ulong bits, byte line, uint* source)
    {
        Status status = InterruptSignals.BindLine(notification, bits, line, out uint found);
        *source = found;
        return status;
    }

    [RuntimeExport("mk_interrupt_unmask_line")]
    private static void UnmaskLine(uint source) => InterruptSignals.UnmaskLine(source);

    [RuntimeExport("mk_interrupt_unbind")]
    private static Status Unbind(uint source) => InterruptSignals.Unbind(source);
}
