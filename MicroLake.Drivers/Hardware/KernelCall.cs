using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Drivers.Hardware;

/// <summary>The kernel calls of drivers. Short ones that never wait skip the GC transition.</summary>
internal static unsafe class KernelCall
{
    [DllImport("*", EntryPoint = "mk_pci_read"), SuppressGCTransition]
    internal static extern uint PciRead(byte bus, byte device, byte function, ushort register);

    [DllImport("*", EntryPoint = "mk_pci_write"), SuppressGCTransition]
    internal static extern void PciWrite(byte bus, byte device, byte function, ushort register, uint value);

    [DllImport("*", EntryPoint = "mk_memory_information"), SuppressGCTransition]
    internal static extern void MemoryInformation(MemoryInformation* information);

    [DllImport("*", EntryPoint = "mk_device_map")]
    internal static extern Status DeviceMap(ulong physical, ulong length, byte** registers);

    [DllImport("*", EntryPoint = "mk_dma_allocate")]
    internal static extern Status DmaAllocate(ulong pages, int clear, ulong* physical, byte** memory);

    [DllImport("*", EntryPoint = "mk_dma_free")]
    internal static extern void DmaFree(ulong physical, ulong pages);

    [DllImport("*", EntryPoint = "mk_dma_describe")]
    internal static extern int DmaDescribe(byte* start, ulong length, DmaPiece* pieces, int most);

    [DllImport("*", EntryPoint = "mk_interrupt_bind_message")]
    internal static extern Status InterruptBindMessage(uint notification, ulong bits, uint processor, uint* source, ulong* address, uint* data);

    [DllImport("*", EntryPoint = "mk_interrupt_bind_line")]
    internal static extern Status InterruptBindLine(uint notification, ulong bits, byte line, uint* source);

    [DllImport("*", EntryPoint = "mk_interrupt_unmask_line")]
    internal static extern void InterruptUnmaskLine(uint source);

    [DllImport("*", EntryPoint = "mk_interrupt_unbind")]
    internal static extern Status InterruptUnbind(uint source);

    [DllImport("*", EntryPoint = "mk_processor_current"), SuppressGCTransition]
    internal static extern uint ProcessorCurrent();

    [DllImport("*", EntryPoint = "mk_processor_count"), SuppressGCTransition]
    internal static extern int ProcessorCount();

    [DllImport("*", EntryPoint = "mk_log_write"), SuppressGCTransition]
    internal static extern void LogWrite(byte* bytes, int length);
}
