using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// Where clients call and servers receive: either callers wait here, or servers, or nobody. Callers come first come, first served, real-time
/// threads before others; of the servers that wait, the one that came last is the first to work.
/// </summary>
internal unsafe struct Endpoint
{
    public KernelObject Header;

    /// <summary>Handles with the right to call, and to receive.</summary>
    public uint SendHandles, ReceiveHandles;

    /// <summary>Calls that were taken and are not answered; they keep the endpoint's memory.</summary>
    public uint InService;

    /// <summary>1: nothing refers to the endpoint any more, and the last answer ends it.</summary>
    public uint IsAbandoned;

    /// <summary>Servers that wait, the one that came last first; linked both ways, and the first has no link back.</summary>
    public Thread* Servers;
    public ThreadQueue RealtimeCallers;
    public ThreadQueue Callers;

    /// <summary>The thread that took the last call, while it has not answered; the priority of waiting callers is lent to it.</summary>
    public Thread* Busy;

    public readonly Thread* FirstCaller => RealtimeCallers.First != null ? RealtimeCallers.First : Callers.First;

    /// <summary>Whether nobody waits with a call.</summary>
    public readonly bool HasNoCaller
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((ulong)RealtimeCallers.First | (ulong)Callers.First) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddServer(Endpoint* endpoint, Thread* server)
    {
        Thread* next = endpoint->Servers;
        server->WaitNext = next;
        if (next != null)
            next->WaitPrevious = server;
        endpoint->Servers = server;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RemoveFirstServer(Endpoint* endpoint, Thread* first) => endpoint->Servers = first->WaitNext;

    public static void RemoveServer(Endpoint* endpoint, Thread* server)
    {
        if (server == endpoint->Servers)
        {
            endpoint->Servers = server->WaitNext;
            return;
        }

        server->WaitPrevious->WaitNext = server->WaitNext;
        if (server->WaitNext != null)
            server->WaitNext->WaitPrevious = server->WaitPrevious;
    }

    public static void Enqueue(Endpoint* endpoint, Thread* caller)
    {
        caller->QueuedAsRealtime = caller->IsRealtime ? 1u : 0;
        if (caller->QueuedAsRealtime != 0)
            endpoint->RealtimeCallers.Append(caller);
        else
            endpoint->Callers.Append(caller);
    }

    public static void Dequeue(Endpoint* endpoint, Thread* caller)
    {
        if (caller->QueuedAsRealtime != 0)
            endpoint->RealtimeCallers.Remove(caller);
        else
            endpoint->Callers.Remove(caller);
    }
}
