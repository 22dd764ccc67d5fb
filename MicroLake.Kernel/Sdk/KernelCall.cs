using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>The kernel calls on handles and messages. Short ones that never wait skip the GC transition.</summary>
internal static unsafe class KernelCall
{
    [DllImport("*", EntryPoint = "mk_handle_close")]
    internal static extern Status HandleClose(uint handle);

    [DllImport("*", EntryPoint = "mk_handle_duplicate")]
    internal static extern Status HandleDuplicate(uint handle, HandleRights rights, ulong badge, uint* duplicate);

    [DllImport("*", EntryPoint = "mk_handle_information"), SuppressGCTransition]
    internal static extern Status HandleInformation(uint handle, HandleInformation* information);

    [DllImport("*", EntryPoint = "mk_object_statistics"), SuppressGCTransition]
    internal static extern void ObjectStatistics(ObjectStatistics* statistics);

    [DllImport("*", EntryPoint = "mk_endpoint_create")]
    internal static extern Status EndpointCreate(uint* handle);

    [DllImport("*", EntryPoint = "mk_notification_create")]
    internal static extern Status NotificationCreate(uint* handle);

    [DllImport("*", EntryPoint = "mk_memory_object_create")]
    internal static extern Status MemoryCreate(ulong pages, uint* handle);

    [DllImport("*", EntryPoint = "mk_memory_object_map")]
    internal static extern Status MemoryMap(uint handle, ulong offset, ulong length, Protection protection, ulong* start);

    [DllImport("*", EntryPoint = "mk_memory_object_unmap")]
    internal static extern Status MemoryUnmap(ulong start);

    /// <summary>This and the other without a deadline are called as managed code is, and tell the runtime themselves that the thread waits: a third of the instructions.</summary>
    [RuntimeImport("*", "mk_managed_ipc_call")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status Call(uint handle, Message* message);

    [DllImport("*", EntryPoint = "mk_ipc_call")]
    internal static extern Status Call(uint handle, Message* message, ulong deadline);

    [DllImport("*", EntryPoint = "mk_ipc_receive")]
    internal static extern Status Receive(uint handle, Message* message, ulong deadline);

    [DllImport("*", EntryPoint = "mk_ipc_reply")]
    internal static extern Status Reply(Message* message);

    [RuntimeImport("*", "mk_managed_ipc_reply_and_receive")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status ReplyAndReceive(uint handle, Message* message);

    [DllImport("*", EntryPoint = "mk_ipc_reply_and_receive")]
    internal static extern Status ReplyAndReceive(uint handle, Message* message, ulong deadline);

    [DllImport("*", EntryPoint = "mk_ipc_cancel")]
    internal static extern Status Cancel(uint threadId);

    [DllImport("*", EntryPoint = "mk_ipc_forget_cancel"), SuppressGCTransition]
    internal static extern void ForgetCancel();

    [DllImport("*", EntryPoint = "mk_notification_signal")]
    internal static extern Status NotificationSignal(uint handle, ulong bits);

    [DllImport("*", EntryPoint = "mk_notification_wait")]
    internal static extern Status NotificationWait(uint handle, ulong deadline, ulong* bits);

    [DllImport("*", EntryPoint = "mk_thread_self"), SuppressGCTransition]
    internal static extern uint ThreadSelf();

    [DllImport("*", EntryPoint = "mk_clock_monotonic"), SuppressGCTransition]
    internal static extern ulong ClockMonotonic();
}
