using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>
/// Kernel calls on messages, as kernel threads make them: their messages are kernel memory. mk_ipc_call and mk_ipc_reply_and_receive begin in
/// messages.S.
/// </summary>
internal static unsafe class IpcCalls
{
    [RuntimeExport("mk_ipc_receive")]
    private static Status Receive(uint handle, Message* message, ulong deadline) => MessagePassing.Receive(handle, message, deadline);

    [RuntimeExport("mk_ipc_reply")]
    private static Status Reply(Message* message) => MessagePassing.Reply(message);

    /// <summary>Ends the wait of a thread for a message, a reply or bits, or its next one.</summary>
    [RuntimeExport("mk_ipc_cancel")]
    private static Status Cancel(uint threadId)
    {
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = ThreadTable.Find(threadId);
        if (thread != null)
            IpcWait.Cancel(thread);
        ThreadList.ReleaseLock(0);
        Scheduler.Preempt(interrupts);
        return thread != null ? Status.Ok : Status.NotFound;
    }

    /// <summary>A cancellation that has found no wait of the calling thread is forgotten.</summary>
    [RuntimeExport("mk_ipc_forget_cancel")]
    private static void ForgetCancellation() => IpcWait.ForgetCancellation();

    [RuntimeExport("mk_notification_signal")]
    private static Status Signal(uint handle, ulong bits) => Notifications.Signal(handle, bits);

    [RuntimeExport("mk_notification_wait")]
    private static Status Wait(uint handle, ulong deadline, ulong* bits)
    {
        Status status = Notifications.Wait(handle, deadline, out ulong taken);
        *bits = taken;
        return status;
    }
}
