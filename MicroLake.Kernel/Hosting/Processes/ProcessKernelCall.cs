using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Hosting.Processes;

/// <summary>The kernel calls on processes.</summary>
internal static unsafe class ProcessKernelCall
{
    [DllImport("*", EntryPoint = "mk_process_create")]
    internal static extern Status Create(ProcessLimits* limits, byte* name, int nameLength, uint* id);

    [DllImport("*", EntryPoint = "mk_process_reserve")]
    internal static extern Status Reserve(uint id, ulong* start, ulong length, Protection protection);

    [DllImport("*", EntryPoint = "mk_process_protect")]
    internal static extern Status Protect(uint id, ulong start, ulong length, Protection protection);

    [DllImport("*", EntryPoint = "mk_process_map")]
    internal static extern Status Map(uint id, uint handle, ulong offset, ulong length, Protection protection, ulong* start);

    [DllImport("*", EntryPoint = "mk_process_give")]
    internal static extern Status Give(uint id, uint handle, uint* given);

    [DllImport("*", EntryPoint = "mk_memory_object_create")]
    internal static extern Status CreateMemory(ulong pages, uint* handle);

    [DllImport("*", EntryPoint = "mk_memory_object_map")]
    internal static extern Status MapMemory(uint handle, ulong offset, ulong length, Protection protection, ulong* start);

    [DllImport("*", EntryPoint = "mk_memory_object_unmap")]
    internal static extern Status UnmapMemory(ulong start);

    [DllImport("*", EntryPoint = "mk_process_write")]
    internal static extern Status Write(uint id, ulong address, byte* data, ulong length);

    [DllImport("*", EntryPoint = "mk_process_start")]
    internal static extern Status Start(uint id, ulong entry, ulong argument, ulong stackLow, ulong stackHigh);

    [DllImport("*", EntryPoint = "mk_process_kill")]
    internal static extern Status Kill(uint id, int code);

    [DllImport("*", EntryPoint = "mk_process_wait")]
    internal static extern Status Wait(uint id, ulong deadline);

    [DllImport("*", EntryPoint = "mk_process_release")]
    internal static extern Status Release(uint id);

    [DllImport("*", EntryPoint = "mk_process_information")]
    internal static extern Status Information(uint id, ProcessRecord* record);

    [DllImport("*", EntryPoint = "mk_process_list")]
    internal static extern int List(uint* ids, int capacity);
}
