using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// Where clients call and servers receive: either callers wait here, or servers, or nobody. Callers come first come, first served, real-time
/// threads before others; of the servers that wait, the one that came last is the first to work.
/// </summary>
internal unsafe struct Endpoint
{
    private const uint ObstacleOfClosing = 1;
    private const uint ObstaclesOfCaller = 2;

    public KernelObject Header;

    /// <summary>Handles with the right to call, and to receive.</summary>
    public uint SendHandles, ReceiveHandles;

    /// <summary>Calls that were taken and are not answered; they keep the endpoint's memory.</summary>
    public uint InService;

    /// <summary>1: nothing refers to the endpoint any more, and the last answer ends it.</summary>
    public uint IsAbandoned;

    /// <summary>Twice the number of callers that wait, and 1 more when nobody may call or nobody may receive any more: not 0 closes the short way to servers.</summary>
    public uint Obstacles;

    /// <summary>Servers that wait, the one that came last first; linked both ways, and the first has no link back.</summary>
    public Thread* Servers;
    public ThreadQueue RealtimeCallers;
    public ThreadQueue Callers;

    /// <summary>The thread that took the last call, while it has not answered; the priority of waiting callers is lent to it.</summary>
    public Thread* Busy;

    public readonly Thread* FirstCaller => RealtimeCallers.First != null ? RealtimeCallers.First : Callers.First;

    public static void AddServer(Endpoint* endpoint, Thread* server)
    {
        Thread* next = endpoint->Servers;
        server->WaitNext = next;
        if (next != null)
            next->WaitPrevious = server;
        endpoint->Servers = server;
    }

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

    /// <summary>One side is closed for good.</summary>
    public static void Close(Endpoint* endpoint) => endpoint->Obstacles |= ObstacleOfClosing;

    public static void Enqueue(Endpoint* endpoint, Thread* caller)
    {
        caller->QueuedAsRealtime = caller->IsRealtime ? (byte)1 : (byte)0;
        endpoint->Obstacles += ObstaclesOfCaller;
        if (caller->QueuedAsRealtime != 0)
            endpoint->RealtimeCallers.Append(caller);
        else
            endpoint->Callers.Append(caller);
    }

    public static void Dequeue(Endpoint* endpoint, Thread* caller)
    {
        endpoint->Obstacles -= ObstaclesOfCaller;
        if (caller->QueuedAsRealtime != 0)
            endpoint->RealtimeCallers.Remove(caller);
        else
            endpoint->Callers.Remove(caller);
    }
}
