using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// Synchronous messages: a call waits until a server has answered it. The bodies of the kernel calls, for threads of any process:
/// messages are kernel memory that stays until the call returns. They are called with interrupts on. Deadlines are monotonic
/// nanoseconds, <see cref="ulong.MaxValue"/>: none.
/// </summary>
internal static unsafe class MessagePassing
{
    /// <summary>
    /// Sends the message to the endpoint and waits for the answer, which replaces it. <see cref="Status.BadHandle"/>,
    /// <see cref="Status.WrongType"/>, <see cref="Status.NotPermitted"/>, <see cref="Status.PeerFull"/>, <see cref="Status.PeerClosed"/>,
    /// <see cref="Status.TimedOut"/>, <see cref="Status.Cancelled"/>. Handles in the message are the caller's as before where
    /// the call was not delivered; a call that ends after its delivery has given them away.
    /// </summary>
    [RuntimeImport("*", "mk_ipc_call")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern Status Call(uint handle, Message* message, ulong deadline);

    /// <summary>A call that takes the long way.</summary>
    public static Status CallAnyhow(uint handle, Message* message, ulong deadline)
    {
        if (message->HandleCount > Message.MaxHandles)
            return Status.InvalidArgument;
        uint interrupts = SpinLock.DisableInterrupts();
        Thread* current = Processor.CurrentThread();
        Status status = HandleAccess.Lock(
            current->Process, handle, ObjectType.Endpoint, HandleRights.Send, out KernelObject* target, out ulong badge);
        if (status == Status.Ok)
        {
            current->Message = message;
            current->CallBadge = badge;
            status = CallLocked((Endpoint*)target, current, deadline);
        }

        Scheduler.Preempt(interrupts);
        return status;
    }

    /// <summary>
    /// Takes a call, or waits for one; the thread then owes the answer. A call that it still owed from before ends with
    /// <see cref="Status.PeerClosed"/> for its caller. <see cref="Status.PeerClosed"/>: nobody may call or receive here any more.
    /// </summary>
    public static Status Receive(uint handle, Message* message, ulong deadline)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Thread* current = Processor.CurrentThread();
        AbandonClient(current);
        Status status = ReceiveNext(current, handle, message, deadline);
        Scheduler.Preempt(interrupts);
        return status;
    }

    /// <summary>
    /// Answers the call that the thread took last. <see cref="Status.NothingToReply"/>: it has answered already.
    /// <see cref="Status.CallerGone"/>: nobody waits for the answer any more. After any other failure (of handles in the message)
    /// the answer is still owed.
    /// </summary>
    public static Status Reply(Message* message)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Status status = Answer(Processor.CurrentThread(), message);
        Scheduler.Preempt(interrupts);
        return status;
    }

    /// <summary>
    /// <see cref="Reply"/>, then <see cref="Receive"/> with the same buffer. An answer that nobody waits for any more is dropped, unless handles are in it:
    /// these and any other failure of the answer are returned, and nothing is received.
    /// </summary>
    [RuntimeImport("*", "mk_ipc_reply_and_receive")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern Status ReplyAndReceive(uint handle, Message* message, ulong deadline);

    /// <summary>The same the long way.</summary>
    public static Status ReplyAndReceiveAnyhow(uint handle, Message* message, ulong deadline)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Thread* current = Processor.CurrentThread();
        Status status = Answer(current, message);
        if (status == Status.Ok || (status == Status.CallerGone && message->HandleCount == 0))
            status = ReceiveNext(current, handle, message, deadline);
        Scheduler.Preempt(interrupts);
        return status;
    }

    /// <summary>The current thread ends: whoever waits for its answer learns it.</summary>
    public static void EndThread(Thread* current)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        AbandonClient(current);
        Scheduler.Preempt(interrupts);
    }

    /// <summary>The process whose call the current thread has to answer; 0: it owes no answer, or the caller is of the kernel or gone.</summary>
    public static uint ClientProcess()
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Thread* current = Processor.CurrentThread();
        Endpoint* endpoint = current->ClientEndpoint;
        uint id = 0;
        if (endpoint != null)
        {
            // A caller that gives up takes itself out under this lock, and stays until then.
            _ = SpinLock.Acquire(&endpoint->Header.Lock, LockRank.KernelObject);
            Thread* caller = current->Client;
            if (caller != null)
                id = caller->Process->Id;
            HandleAccess.Unlock(&endpoint->Header);
        }

        if (interrupts != 0)
            Processor.EnableInterrupts();
        return id;
    }

    private static Status CallLocked(Endpoint* endpoint, Thread* caller, ulong deadline)
    {
        Status status = Status.Ok;
        if (endpoint->ReceiveHandles == 0)
            status = Status.PeerClosed;
        else if (!IpcWait.TryBegin(caller, &endpoint->Header, WaitKind.Calling))
            status = Status.Cancelled;
        else if (endpoint->Servers != null)
            status = Engage(endpoint, caller, endpoint->Servers);
        else
            Queue(endpoint, caller);

        if (status == Status.Ok)
        {
            // When the call ends, the endpoint may have ended before it.
            ulong name = DirectMap.Physical(endpoint);
            Trace.Call(caller->Id, name);
            status = IpcWait.Block(caller, deadline);
            Trace.Reply(caller->Id, name);
            return status;
        }

        IpcWait.Leave(caller);
        HandleAccess.Unlock(&endpoint->Header);
        return status;
    }

    /// <summary>Gives a caller's message to a server that waits.</summary>
    private static Status Engage(Endpoint* endpoint, Thread* caller, Thread* server)
    {
        Status status = MessageTransfer.Deliver(caller, server, caller->CallBadge);
        if (status != Status.Ok)
            return status;
        Endpoint.RemoveFirstServer(endpoint, server);
        BeginService(endpoint, caller, server);
        IpcWait.Complete(server, Status.Ok);
        return Status.Ok;
    }

    private static void Queue(Endpoint* endpoint, Thread* caller)
    {
        Endpoint.Enqueue(endpoint, caller);
        if (endpoint->Busy != null)
            PriorityLending.Lend(caller, endpoint->Busy);
    }

    private static void BeginService(Endpoint* endpoint, Thread* caller, Thread* server)
    {
        caller->WaitKind = WaitKind.Reply;
        caller->Server = server;
        server->Client = caller;
        server->ClientEndpoint = endpoint;
        endpoint->InService++;
        endpoint->Busy = server;
        PriorityLending.Lend(caller, server);
    }

    private static Status ReceiveNext(Thread* server, uint handle, Message* message, ulong deadline)
    {
        Status status = HandleAccess.Lock(
            server->Process, handle, ObjectType.Endpoint, HandleRights.Receive, out KernelObject* target, out _);
        if (status != Status.Ok)
            return status;
        var endpoint = (Endpoint*)target;
        server->Message = message;
        if (!IpcWait.TryBegin(server, target, WaitKind.Receiving))
        {
            HandleAccess.Unlock(target);
            return Status.Cancelled;
        }

        if (TryTakeCall(endpoint, server))
        {
            IpcWait.Leave(server);
            HandleAccess.Unlock(target);
            return Status.Ok;
        }

        if (endpoint->SendHandles == 0 || endpoint->ReceiveHandles == 0)
        {
            IpcWait.Leave(server);
            HandleAccess.Unlock(target);
            return Status.PeerClosed;
        }

        Endpoint.AddServer(endpoint, server);
        return IpcWait.Block(server, deadline);
    }

    /// <summary>Takes the first call that can be delivered; callers whose handles cannot are told so.</summary>
    private static bool TryTakeCall(Endpoint* endpoint, Thread* server)
    {
        Thread* caller;
        while ((caller = endpoint->FirstCaller) != null)
        {
            Endpoint.Dequeue(endpoint, caller);
            Status status = MessageTransfer.Deliver(caller, server, caller->CallBadge);
            if (status == Status.Ok)
            {
                BeginService(endpoint, caller, server);
                return true;
            }

            IpcWait.Complete(caller, status);
        }

        return false;
    }

    private static Status Answer(Thread* server, Message* message)
    {
        Endpoint* endpoint = server->ClientEndpoint;
        if (endpoint == null)
            return Status.NothingToReply;
        if (message->HandleCount > Message.MaxHandles)
            return Status.InvalidArgument;
        _ = SpinLock.Acquire(&endpoint->Header.Lock, LockRank.KernelObject);
        Thread* caller = server->Client;
        Status status = Status.CallerGone;
        if (caller != null)
        {
            server->Message = message;
            status = MessageTransfer.Deliver(server, caller, 0);
            if (status != Status.Ok)
            {
                HandleAccess.Unlock(&endpoint->Header);
                return status;
            }
        }

        EndService(endpoint, server, Status.Ok);
        return status;
    }

    private static void AbandonClient(Thread* server)
    {
        Endpoint* endpoint = server->ClientEndpoint;
        if (endpoint == null)
            return;
        _ = SpinLock.Acquire(&endpoint->Header.Lock, LockRank.KernelObject);
        EndService(endpoint, server, Status.PeerClosed);
    }

    /// <summary>The server owes nothing any more; its caller, if still there, goes on with that outcome. Frees the endpoint's lock.</summary>
    private static void EndService(Endpoint* endpoint, Thread* server, Status outcome)
    {
        Thread* caller = server->Client;
        server->Client = null;
        server->ClientEndpoint = null;
        if (endpoint->Busy == server)
            endpoint->Busy = null;
        bool isLast = --endpoint->InService == 0 && endpoint->IsAbandoned != 0;
        PriorityLending.Restore(server);
        if (caller != null)
        {
            caller->Server = null;
            IpcWait.Complete(caller, outcome);
        }

        HandleAccess.Unlock(&endpoint->Header);
        if (isLast)
            ObjectMemory.Free(&endpoint->Header);
    }
}
