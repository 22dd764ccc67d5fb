using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>Kernel calls as they are.</summary>
internal static unsafe class Native
{
    [DllImport("*", EntryPoint = "mk_system_call")]
    internal static extern ulong SystemCall(ulong number, ulong a, ulong b, ulong c, ulong d, ulong e, ulong f);

    [DllImport("*", EntryPoint = "mk_memory_reserve")]
    internal static extern Status Reserve(ulong length, ulong alignment, Protection protection, uint kind, ulong* start);

    [DllImport("*", EntryPoint = "mk_memory_protect")]
    internal static extern Status Protect(ulong start, ulong length, Protection protection);

    [DllImport("*", EntryPoint = "mk_thread_set_priority")]
    internal static extern Status SetPriority(int priority);

    [DllImport("*", EntryPoint = "mk_memory_object_create")]
    internal static extern Status CreateObject(ulong pages, uint* handle);

    [DllImport("*", EntryPoint = "mk_memory_object_map")]
    internal static extern Status MapObject(uint handle, ulong offset, ulong length, Protection protection, ulong* start);

    [DllImport("*", EntryPoint = "mk_memory_object_unmap")]
    internal static extern Status UnmapObject(ulong start);

    /// <summary>A function of these bytes: written first, executable then, never both.</summary>
    public static delegate* unmanaged<void> Code(params ReadOnlySpan<byte> bytes)
    {
        ulong page;
        if (Reserve(4096, 4096, Protection.Read | Protection.Write, 0, &page) != Status.Ok)
            throw new OutOfMemoryException();
        bytes.CopyTo(new Span<byte>((void*)page, 4096));
        if (Protect(page, 4096, Protection.Read | Protection.Execute) != Status.Ok)
            throw new InvalidOperationException("memory cannot be made executable");
        return (delegate* unmanaged<void>)page;
    }
}
