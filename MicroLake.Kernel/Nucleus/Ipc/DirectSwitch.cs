using System.Runtime;
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
/// <see cref="MessagePassing"/>. The short way itself is messages.S; here is what it asks when something is not as usual.
/// </summary>
/// <remarks>
/// The endpoint's lock is the only one. A thread that waits at an object and has no deadline is made ready by who holds the object's lock
/// and by nobody else; one that last ran on this processor, where interrupts are off, is off its stack. The lock is handed through
/// the switch: nobody can wake the sender before its registers are saved.
/// </remarks>
internal static unsafe class DirectSwitch
{
    /// <summary>What messages.S takes for: try once more. Any status is not negative.</summary>
    private const long Again = -1;

    /// <summary>No thread's <see cref="Thread.DirectHome"/>.</summary>
    private const ulong Nowhere = 1;

    /// <summary>Direct switches happen on all processors, but on none while somebody wants to be told of every switch.</summary>
    public static void FollowObservers()
    {
        bool observed;
        do
        {
            observed = AreObserved;
            for (int i = 0; i < Processors.Count; i++)
                Allow(Processors.At(i), observed);
            // Of two that come here at once, the one that writes last sees what the other has changed.
            Interlocked.MemoryBarrier();
        }
        while (AreObserved != observed);
    }

    /// <summary>The same for a processor whose features have just been found out.</summary>
    public static void FollowObservers(PerCpu* cpu) => Allow(cpu, AreObserved);

    private static bool AreObserved => Trace.IsObserved(Observers.Trace | Observers.Runs);

    private static void Allow(PerCpu* cpu, bool observed) =>
        Volatile.Write(ref *(ulong*)&cpu->DirectHome, observed || cpu->HasFsGsBase == 0 ? Nowhere : (ulong)cpu);

    /// <summary>
    /// A call that has found its handle not to be the one used last, or the endpoint locked, or that has handles to pass. Called with interrupts off.
    /// Returns a status with interrupts on, or <see cref="Again"/>.
    /// </summary>
    [RuntimeExport("nucleus_call_slowly")]
    private static long CallSlowly(uint handle, Message* message, Thread* current)
    {
        IpcWait.Leave(current);
        if (message->HandleCount == 0 && TryRemember(current, handle, HandleRights.Send, &current->CallHandle, &current->CallSlot))
            return Again;
        Processor.EnableInterrupts();
        return (long)MessagePassing.CallAnyhow(handle, message, ulong.MaxValue);
    }

    /// <summary>The same with the endpoint locked, or what is in its place if the handle is not the same any more.</summary>
    [RuntimeExport("nucleus_call_locked")]
    private static long CallLocked(uint handle, Message* message, Thread* current)
    {
        var endpoint = (Endpoint*)current->WaitObject;
        bool adopted = Volatile.Read(ref current->CallSlot->Handle) == handle && TryAdopt(current, endpoint->Servers);
        Volatile.Write(ref endpoint->Header.Lock.Word, 0);
        IpcWait.Leave(current);
        if (adopted)
            return Again;
        Processor.EnableInterrupts();
        return (long)MessagePassing.CallAnyhow(handle, message, ulong.MaxValue);
    }

    [RuntimeExport("nucleus_call_until")]
    private static Status CallUntil(uint handle, Message* message, ulong deadline) => MessagePassing.CallAnyhow(handle, message, deadline);

    /// <summary>As <see cref="CallSlowly"/>, for an answer; or the endpoint is another than that of the call, or no answer is owed.</summary>
    [RuntimeExport("nucleus_reply_and_receive_slowly")]
    private static long ReplyAndReceiveSlowly(uint handle, Message* message, Thread* current)
    {
        IpcWait.Leave(current);
        if (message->HandleCount == 0 && TryRemember(current, handle, HandleRights.Receive, &current->ReceiveHandle, &current->ReceiveSlot))
            return Again;
        Processor.EnableInterrupts();
        return (long)MessagePassing.ReplyAndReceiveAnyhow(handle, message, ulong.MaxValue);
    }

    /// <summary>As <see cref="CallLocked"/>.</summary>
    [RuntimeExport("nucleus_reply_and_receive_locked")]
    private static long ReplyAndReceiveLocked(uint handle, Message* message, Thread* current)
    {
        var endpoint = (Endpoint*)current->WaitObject;
        bool adopted = TryAdopt(current, current->Client);
        Volatile.Write(ref endpoint->Header.Lock.Word, 0);
        IpcWait.Leave(current);
        if (adopted)
            return Again;
        Processor.EnableInterrupts();
        return (long)MessagePassing.ReplyAndReceiveAnyhow(handle, message, ulong.MaxValue);
    }

    [RuntimeExport("nucleus_reply_and_receive_until")]
    private static Status ReplyAndReceiveUntil(uint handle, Message* message, ulong deadline) =>
        MessagePassing.ReplyAndReceiveAnyhow(handle, message, deadline);

    /// <summary>
    /// From now on the handle is the one used last. Type and rights of a handle never change, so they are looked at once; whether it is still that
    /// handle is looked at every time. False: it is already, or there is no such handle.
    /// </summary>
    private static bool TryRemember(Thread* current, uint handle, HandleRights rights, uint* remembered, HandleSlot** remembersSlot)
    {
        if (*remembered == handle && Volatile.Read(ref (*remembersSlot)->Handle) == handle)
            return false;
        HandleSlot* slot = current->Process->Handles.Find(handle);
        if (slot == null || !slot->Allows(ObjectType.Endpoint, rights) || Volatile.Read(ref slot->Handle) != handle)
            return false;
        *remembered = handle;
        *remembersSlot = slot;
        return true;
    }

    /// <summary>
    /// Two threads that talk belong on one processor: one of them waits, and an interrupt to another processor costs more than all the rest. The
    /// peer's object is locked.
    /// </summary>
    private static bool TryAdopt(Thread* current, Thread* peer)
    {
        if (peer == null || current->HasQuota != 0)
            return false;
        LockOrder.Enter(LockRank.KernelObject);
        bool adopted = Scheduler.TryAdopt(peer);
        LockOrder.Leave(LockRank.KernelObject);
        return adopted;
    }
}
