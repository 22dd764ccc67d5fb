using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using Interlocked = System.Threading.Interlocked;

namespace MicroLake.Nucleus.Ipc;

/// <summary>How endpoints come and go: who may still call and receive, and what those who wait are told.</summary>
internal static unsafe class EndpointLife
{
    private const HandleRights FirstRights =
        HandleRights.Send | HandleRights.Receive | HandleRights.Duplicate | HandleRights.Transfer;

    /// <summary>Threads that are woken in one go with the lock held.</summary>
    private const int WakeBatch = 64;

    /// <summary>A new endpoint, and the process's handle to it with every right.</summary>
    public static Status Create(Process* process, out uint handle) =>
        ProcessHandles.AddFirst(process, ObjectMemory.Allocate(ObjectType.Endpoint), FirstRights, out handle);

    public static void HandleAdded(Endpoint* endpoint, HandleRights rights)
    {
        if ((rights & HandleRights.Send) != 0)
            Interlocked.Increment(ref endpoint->SendHandles);
        if ((rights & HandleRights.Receive) != 0)
            Interlocked.Increment(ref endpoint->ReceiveHandles);
    }

    /// <summary>
    /// Without anybody who may receive, callers get <see cref="Status.PeerClosed"/>; without anybody who may call, waiting servers do.
    /// </summary>
    public static void HandleRemoved(Endpoint* endpoint, HandleRights rights)
    {
        bool lastReceiver = (rights & HandleRights.Receive) != 0 && Interlocked.Decrement(ref endpoint->ReceiveHandles) == 0;
        bool lastSender = (rights & HandleRights.Send) != 0 && Interlocked.Decrement(ref endpoint->SendHandles) == 0;
        if (!lastReceiver && !lastSender)
            return;
        while (true)
        {
            uint interrupts = SpinLock.Acquire(&endpoint->Header.Lock, LockRank.KernelObject);
            Endpoint.Close(endpoint);
            bool done = WakeSome(endpoint, lastReceiver);
            HandleAccess.Unlock(&endpoint->Header);
            Scheduler.Preempt(interrupts);
            if (done)
                return;
        }
    }

    /// <summary>Nothing refers to the endpoint any more.</summary>
    public static void End(Endpoint* endpoint)
    {
        uint interrupts = SpinLock.Acquire(&endpoint->Header.Lock, LockRank.KernelObject);
        bool inService = endpoint->InService != 0;
        endpoint->IsAbandoned = 1;
        SpinLock.Release(&endpoint->Header.Lock, LockRank.KernelObject, interrupts);
        if (!inService)
            ObjectMemory.Free(&endpoint->Header);
    }

    private static bool WakeSome(Endpoint* endpoint, bool callers)
    {
        for (int i = 0; i < WakeBatch; i++)
        {
            Thread* server = endpoint->Servers;
            Thread* caller = callers ? endpoint->FirstCaller : null;
            if (server != null)
            {
                Endpoint.RemoveServer(endpoint, server);
                IpcWait.Complete(server, Status.PeerClosed);
            }

            if (caller != null)
            {
                Endpoint.Dequeue(endpoint, caller);
                IpcWait.Complete(caller, Status.PeerClosed);
            }

            if (server == null && caller == null)
                return true;
        }

        return false;
    }
}
