using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;
using Interlocked = System.Threading.Interlocked;
using Volatile = System.Threading.Volatile;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// The short way of calls and answers (Liedtke, Improving IPC by Kernel Design, 1993): without handles and deadlines, between threads of
/// one processor (one that waits elsewhere is brought here), the receiver runs at once in the sender's place. No queue is touched and no clock is read: the receiver
/// goes on with the sender's turn, and with its virtual runtime. Everything else, and everything while a trace runs, takes the long way of
/// <see cref="MessagePassing"/>.
/// </summary>
/// <remarks>
/// The endpoint's lock is the only one. A thread that waits at an object and has no deadline is made ready by who holds the object's lock
/// and by nobody else; one that last ran on this processor, where interrupts are off, is off its stack. The lock is handed through
/// the switch (traps.S): nobody can wake the sender before its registers are saved.
/// </remarks>
internal static unsafe class DirectSwitch
{
    /// <summary>Called with interrupts off. Returns the thread that runs now, or a status with interrupts on.</summary>
    [RuntimeExport("nucleus_try_call")]
    private static Thread* TryCall(uint handle, Message* message, ulong deadline, Thread* current)
    {
        HandleSlot* slot = current->CallSlot;
        if (deadline != ulong.MaxValue || message->HandleCount != 0 || Trace.IsObserved(Observers.Trace | Observers.Runs))
            return CallAnyhow(handle, message, deadline);
        if (current->CallHandle != handle)
            return CallAfresh(handle, message, current);
        var endpoint = (Endpoint*)slot->Object;
        // Before the lock, which is a full barrier: either the cancellation is seen below, or it sees this wait.
        current->WaitObject = (KernelObject*)endpoint;
        current->WaitKind = WaitKind.Reply;
        if (Volatile.Read(ref slot->Handle) != handle || Interlocked.Exchange(ref *(uint*)endpoint, 1u) != 0)
            return CallUnlocked(handle, message, current);
        Thread* server = endpoint->Servers;
        if (server == null || Volatile.Read(ref slot->Handle) != handle || server->DirectHome != current->Home || current->CancelWanted != 0)
            return CallLocked(handle, message, current, endpoint);

        LockOrder.Enter(LockRank.KernelObject);
        Endpoint.RemoveFirstServer(endpoint, server);
        endpoint->InService = endpoint->InService + 1;
        endpoint->Busy = server;
        server->Client = current;
        server->ClientEndpoint = endpoint;
        current->Server = server;
        current->Message = message;
        Message* received = server->Message;
        received->Badge = slot->Badge;
        received->HandleCount = 0;
        MessageTransfer.CopyWords(message, received);
        if (server->RunNode.Priority < current->RunNode.Priority)
        {
            server->LentPriority = current->RunNode.Priority;
            server->RunNode.Priority = current->RunNode.Priority;
        }

        return Continue(current, server);
    }

    /// <summary>As <see cref="TryCall"/>.</summary>
    [RuntimeExport("nucleus_try_reply_and_receive")]
    private static Thread* TryReplyAndReceive(uint handle, Message* message, ulong deadline, Thread* current)
    {
        HandleSlot* slot = current->ReceiveSlot;
        // The endpoint of the call that is owed stays; the slot's object may not be it, or may be gone.
        Endpoint* endpoint = current->ClientEndpoint;
        if (deadline != ulong.MaxValue || message->HandleCount != 0 || endpoint == null || Trace.IsObserved(Observers.Trace | Observers.Runs))
            return ReceiveAnyhow(handle, message, deadline);
        if (current->ReceiveHandle != handle)
            return ReceiveAfresh(handle, message, current);
        if (slot->Object != endpoint)
            return ReceiveAnyhow(handle, message, deadline);
        current->WaitObject = (KernelObject*)endpoint;
        current->WaitKind = WaitKind.Receiving;
        if (Interlocked.Exchange(ref *(uint*)endpoint, 1u) != 0)
            return ReceiveUnlocked(handle, message, current);
        Thread* caller = current->Client;
        if (caller == null || Volatile.Read(ref slot->Handle) != handle || !endpoint->HasNoCaller || endpoint->SendHandles == 0
            || caller->DirectHome != current->Home || current->CancelWanted != 0 || IsNotNext(current, caller))
            return ReceiveLocked(handle, message, current, endpoint);

        LockOrder.Enter(LockRank.KernelObject);
        Endpoint.AddServer(endpoint, current);
        endpoint->InService = endpoint->InService - 1;
        endpoint->Busy = null;
        current->ClientEndpoint = null;
        current->Message = message;
        Message* received = caller->Message;
        received->Badge = 0;
        received->HandleCount = 0;
        MessageTransfer.CopyWords(message, received);
        if (current->LentPriority != 0)
        {
            current->LentPriority = 0;
            current->RunNode.Priority = current->BasePriority;
        }

        return Continue(current, caller);
    }

    /// <summary>Whether a thread may wait that comes before the one that is answered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNotNext(Thread* current, Thread* caller) =>
        caller->RunNode.Priority < current->RunNode.Priority && current->Home->Ready.Count != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Thread* Continue(Thread* current, Thread* next)
    {
        PerCpu* cpu = current->Home;
        // No wait, and the outcome Ok, in one store.
        *(ulong*)&next->WaitKind = 0;
        next->DirectHome = null;
        next->State = ThreadState.Running;
        next->VirtualRuntime = current->VirtualRuntime;
        next->Switches = next->Switches + 1;
        cpu->SwitchCount = cpu->SwitchCount + 1;
        current->State = ThreadState.Blocked;
        // Who takes another's turn over is not timed: a thread whose process has a quota comes back through the queue.
        current->DirectHome = current->HasQuota == 0 ? cpu : null;
        LockOrder.Leave(LockRank.KernelObject);
        return next;
    }

    /// <summary>Looks for the handle, which is not the one used last.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* CallAfresh(uint handle, Message* message, Thread* current) =>
        TryRemember(current, handle, HandleRights.Send, &current->CallHandle, &current->CallSlot)
            ? TryCall(handle, message, ulong.MaxValue, current)
            : CallAnyhow(handle, message, ulong.MaxValue);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* ReceiveAfresh(uint handle, Message* message, Thread* current) =>
        TryRemember(current, handle, HandleRights.Receive, &current->ReceiveHandle, &current->ReceiveSlot)
            ? TryReplyAndReceive(handle, message, ulong.MaxValue, current)
            : ReceiveAnyhow(handle, message, ulong.MaxValue);

    /// <summary>Type and rights of a handle never change, so they are looked at once; whether it is still that handle is looked at every time.</summary>
    private static bool TryRemember(Thread* current, uint handle, HandleRights rights, uint* remembered, HandleSlot** remembersSlot)
    {
        HandleSlot* slot = current->Process->Handles.Find(handle);
        if (slot == null || !slot->Allows(ObjectType.Endpoint, rights) || Volatile.Read(ref slot->Handle) != handle)
            return false;
        *remembered = handle;
        *remembersSlot = slot;
        return true;
    }

    /// <summary>
    /// Two threads that talk belong on one processor: one of them waits, and an interrupt to another processor costs more than all the rest.
    /// </summary>
    private static bool TryAdopt(Thread* peer)
    {
        LockOrder.Enter(LockRank.KernelObject);
        bool adopted = peer != null && Scheduler.TryAdopt(peer);
        LockOrder.Leave(LockRank.KernelObject);
        return adopted;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* CallLocked(uint handle, Message* message, Thread* current, Endpoint* endpoint)
    {
        bool adopted = TryAdopt(endpoint->Servers);
        Volatile.Write(ref endpoint->Header.Lock.Word, 0);
        return adopted ? TryCall(handle, message, ulong.MaxValue, current) : CallUnlocked(handle, message, current);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* CallUnlocked(uint handle, Message* message, Thread* current)
    {
        IpcWait.Leave(current);
        return CallAnyhow(handle, message, ulong.MaxValue);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* CallAnyhow(uint handle, Message* message, ulong deadline)
    {
        Processor.EnableInterrupts();
        return (Thread*)(ulong)MessagePassing.CallAnyhow(handle, message, deadline);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* ReceiveLocked(uint handle, Message* message, Thread* current, Endpoint* endpoint)
    {
        bool adopted = TryAdopt(current->Client);
        Volatile.Write(ref endpoint->Header.Lock.Word, 0);
        return adopted ? TryReplyAndReceive(handle, message, ulong.MaxValue, current) : ReceiveUnlocked(handle, message, current);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* ReceiveUnlocked(uint handle, Message* message, Thread* current)
    {
        IpcWait.Leave(current);
        return ReceiveAnyhow(handle, message, ulong.MaxValue);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread* ReceiveAnyhow(uint handle, Message* message, ulong deadline)
    {
        Processor.EnableInterrupts();
        return (Thread*)(ulong)MessagePassing.ReplyAndReceiveAnyhow(handle, message, deadline);
    }
}
