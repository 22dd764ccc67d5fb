using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>
/// Messages of a process. They go through the thread's own buffer in the kernel: the other side never touches the process's memory.
/// </summary>
internal static unsafe class IpcSystemCalls
{
    public static void Register()
    {
        SystemCallTable.Set(KernelCallNumber.IpcCall, &Call);
        SystemCallTable.Set(KernelCallNumber.IpcReceive, &Receive);
        SystemCallTable.Set(KernelCallNumber.IpcReply, &Reply);
        SystemCallTable.Set(KernelCallNumber.IpcReplyAndReceive, &ReplyAndReceive);
        SystemCallTable.Set(KernelCallNumber.IpcCancel, &Cancel);
        SystemCallTable.Set(KernelCallNumber.IpcForgetCancel, &ForgetCancel);
        SystemCallTable.Set(KernelCallNumber.NotificationSignal, &Signal);
        SystemCallTable.Set(KernelCallNumber.NotificationWait, &Wait);
    }

    /// <summary>(handle, Message*, deadline)</summary>
    private static ulong Call(ulong handle, ulong message, ulong deadline, ulong d, ulong e, ulong f)
    {
        if (!TryTake(message, out Message* buffer))
            return (ulong)Status.InvalidArgument;
        return Return(message, buffer, MessagePassing.Call(HandleSystemCalls.HandleOf(handle), buffer, deadline));
    }

    /// <summary>(handle, Message*, deadline)</summary>
    private static ulong Receive(ulong handle, ulong message, ulong deadline, ulong d, ulong e, ulong f)
    {
        // A message that cannot be handed over must not be taken.
        if (!TryTake(message, out Message* buffer))
            return (ulong)Status.InvalidArgument;
        return Return(message, buffer, MessagePassing.Receive(HandleSystemCalls.HandleOf(handle), buffer, deadline));
    }

    /// <summary>(Message*)</summary>
    private static ulong Reply(ulong message, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        if (!TryTake(message, out Message* buffer))
            return (ulong)Status.InvalidArgument;
        return (ulong)MessagePassing.Reply(buffer);
    }

    /// <summary>(handle, Message*, deadline)</summary>
    private static ulong ReplyAndReceive(ulong handle, ulong message, ulong deadline, ulong d, ulong e, ulong f)
    {
        if (!TryTake(message, out Message* buffer))
            return (ulong)Status.InvalidArgument;
        return Return(message, buffer, MessagePassing.ReplyAndReceive(HandleSystemCalls.HandleOf(handle), buffer, deadline));
    }

    /// <summary>(thread): one of the process's own.</summary>
    private static ulong Cancel(ulong threadId, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = ThreadSystemCalls.FindOwn(threadId);
        if (thread != null)
            IpcWait.Cancel(thread);
        ThreadList.ReleaseLock(0);
        Scheduler.Preempt(interrupts);
        return (ulong)(thread != null ? Status.Ok : Status.NotFound);
    }

    private static ulong ForgetCancel(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        IpcWait.ForgetCancellation();
        return 0;
    }

    /// <summary>(handle, bits)</summary>
    private static ulong Signal(ulong handle, ulong bits, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)Notifications.Signal(HandleSystemCalls.HandleOf(handle), bits);

    /// <summary>(handle, deadline, ulong* bits)</summary>
    private static ulong Wait(ulong handle, ulong deadline, ulong bits, ulong d, ulong e, ulong f)
    {
        ulong taken = 0;
        // Bits that cannot be handed over must not be taken.
        if (!UserMemory.TryWrite(bits, &taken, sizeof(ulong)))
            return (ulong)Status.InvalidArgument;
        Status status = Notifications.Wait(HandleSystemCalls.HandleOf(handle), deadline, out taken);
        return (ulong)(status != Status.Ok || UserMemory.TryWrite(bits, &taken, sizeof(ulong)) ? status : Status.InvalidArgument);
    }

    /// <summary>The message of the calling process, in its thread's buffer. False: the process has no such memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTake(ulong message, out Message* buffer)
    {
        buffer = &Processor.CurrentThread()->MessageBuffer;
        return UserMemory.TryRead(buffer, message, (ulong)sizeof(Message));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Return(ulong message, Message* buffer, Status status)
    {
        if (status != Status.Ok)
            return (ulong)status;
        return UserMemory.TryWriteBack(message, buffer, (ulong)sizeof(Message)) ? (ulong)Status.Ok : (ulong)Status.InvalidArgument;
    }
}
