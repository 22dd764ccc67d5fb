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
    /// Answers calls with the dispatcher until nobody can call any more (<see cref="Status.PeerClosed"/>), the thread is cancelled or the endpoint
    /// is closed. Any number of threads may serve. No message ends it.
    /// </summary>
    /// <param name="payload">The memory that is shared with the client of a badge; null: none.</param>
    public Status Serve(IDispatcher dispatcher, Func<ulong, Memory<byte>>? payload = null)
    {
        // The number, so that another thread may dispose of the endpoint: the kernel then says so.
        uint endpoint = Value;
        Message message = default;
        Status status = Ipc.Receive(endpoint, ref message);
        while (status == Status.Ok)
        {
            ServiceCall.Badge = message.Badge;
            dispatcher.Dispatch(ref message, payload is null ? [] : payload(message.Badge).Span);
            status = Ipc.ReplyAndReceive(endpoint, ref message);
            if (message.HandleCount != 0 && status is not Status.Ok)
                status = Recover(endpoint, ref message, status);
        }

        return status;
    }

    /// <summary>Handles in an answer that could not be given are still this side's.</summary>
    private static Status Recover(uint endpoint, ref Message message, Status failure)
    {
        ServerMessage.CloseHandles(ref message);
        if (failure is Status.CallerGone)
            return Ipc.Receive(endpoint, ref message);
        message.Label = (ulong)ReplyCode.Failed;
        return Ipc.ReplyAndReceive(endpoint, ref message);
    }
}
