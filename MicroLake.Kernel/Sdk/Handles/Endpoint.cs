using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>A server's end: makes channels for clients, and serves their calls.</summary>
/// <param name="value">A handle that may receive.</param>
public sealed class Endpoint(uint value) : Handle(value)
{
    /// <summary>A new endpoint.</summary>
    /// <exception cref="MessageException">The kernel has no memory, or the process no more handles.</exception>
    public static Endpoint Create()
    {
        MessageException.ThrowUnlessOk(HandleNumbers.CreateEndpoint(out uint handle));
        return new Endpoint(handle);
    }

    /// <summary>A channel for a client, which the server will know by the badge; the client may duplicate it and pass it on.</summary>
    /// <exception cref="MessageException">The process may have no more handles.</exception>
    public Channel CreateChannel(ulong badge = 0)
    {
        const HandleRights rights = HandleRights.Send | HandleRights.Duplicate | HandleRights.Transfer;
        MessageException.ThrowUnlessOk(HandleNumbers.Duplicate(Value, out uint handle, rights, badge));
        return new Channel(handle);
    }

    /// <summary>
    /// A second handle, which receives and no more. The first handle may call, too: only when it is closed and this one is left does the end of the last
    /// channel end <see cref="Serve"/>.
    /// </summary>
    /// <exception cref="MessageException">The process may have no more handles.</exception>
    public Endpoint CreateReceiver()
    {
        MessageException.ThrowUnlessOk(HandleNumbers.Duplicate(Value, out uint handle, HandleRights.Receive));
        return new Endpoint(handle);
    }

    /// <summary>
    /// Answers calls with the dispatcher until nobody can call any more (<see cref="Status.PeerClosed"/>), the thread is cancelled, the gate is
    /// closed (both <see cref="Status.Cancelled"/>) or the endpoint is. Any number of threads may serve, one alone if memory is shared. No message
    /// ends it.
    /// </summary>
    /// <param name="mostShared">The most bytes that the client, the only one of this endpoint, may share for what is longer than a message; 0: none.</param>
    /// <param name="gate">By which the threads that serve are told to take no further call; null: nobody tells them.</param>
    public Status Serve(IDispatcher dispatcher, int mostShared = 0, ServeGate? gate = null)
    {
        // The number, so that another thread may dispose of the endpoint: the kernel then says so.
        uint endpoint = Value, thread = Ipc.CurrentThread;
        SharedMemory? shared = null;
        try
        {
            Message message = default;
            Status status = Next(endpoint, ref message, gate, thread, owesAnswer: false);
            while (status == Status.Ok)
            {
                ServiceCall.Badge = message.Badge;
                if (message.Label == ContractLabel.SharePayload)
                    Share(ref message, ref shared, mostShared);
                else
                    dispatcher.Dispatch(ref message, shared is null ? [] : shared.GetSpan());
                status = Next(endpoint, ref message, gate, thread, owesAnswer: true);
            }

            return status;
        }
        finally
        {
            ((IDisposable?)shared)?.Dispose();
        }
    }

    /// <summary>Takes the memory that the client shares (<see cref="ContractLabel.SharePayload"/>), once.</summary>
    private static void Share(ref Message message, ref SharedMemory? shared, int mostShared)
    {
        bool isUsable = message.HandleCount == 0
            || (message.HandleCount == 1 && shared is null && message[0] <= (ulong)mostShared
                && SharedMemory.TryMap(message.GetHandle(0), (int)message[0], out shared) == Status.Ok);
        // The mapping keeps the memory; the handle is not needed.
        ServerMessage.Refuse(ref message, isUsable ? ReplyCode.Ok : ReplyCode.BadMessage);
    }

    /// <summary>Gives the answer that is owed, and takes the next call.</summary>
    private static Status Next(uint endpoint, ref Message message, ServeGate? gate, uint thread, bool owesAnswer)
    {
        bool mayTake = gate is null || gate.TryEnter(thread);
        // Handles need a step of their own: those of an answer that could not be given are still this side's, those of one that was are not.
        if (owesAnswer && (!mayTake || message.HandleCount != 0))
        {
            Reply(ref message);
            owesAnswer = false;
        }

        if (!mayTake)
            return Status.Cancelled;
        Status status = owesAnswer ? Ipc.ReplyAndReceive(endpoint, ref message) : Ipc.Receive(endpoint, ref message);
        gate?.Leave(thread);
        return status;
    }

    private static void Reply(ref Message message)
    {
        Status status = Ipc.Reply(ref message);
        if (status == Status.Ok)
            return;
        ServerMessage.Refuse(ref message, ReplyCode.Failed);
        if (status != Status.CallerGone)
            _ = Ipc.Reply(ref message);
    }
}
