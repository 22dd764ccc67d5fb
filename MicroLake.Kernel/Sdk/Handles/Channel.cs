using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>A client's end of an endpoint.</summary>
/// <param name="value">A handle that may call.</param>
public sealed class Channel(uint value) : Handle(value), IChannel
{
    private SharedMemory? _payload;
    private bool _isUnsettled;

    /// <summary>Deadline of every call; <see cref="Timeout.InfiniteTimeSpan"/>: none.</summary>
    public TimeSpan CallTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The memory of <see cref="SharePayload"/>; none before.</summary>
    /// <exception cref="MessageException">A call before was given up, and the server may still write there.</exception>
    public Span<byte> Payload
    {
        get
        {
            if (_payload is null)
                return [];
            Settle();
            return _payload.GetSpan();
        }
    }

    /// <summary>Shares memory with the server, for what is longer than a message. Once: the server takes one for each endpoint.</summary>
    /// <exception cref="MessageException">There is no memory, or the server is gone.</exception>
    /// <exception cref="ContractException">The server shares none, or not as much.</exception>
    public void SharePayload(int bytes)
    {
        SharedMemory memory = SharedMemory.Create(bytes, out Handle handle);
        try
        {
            using (handle)
            {
                Message message = default;
                message.Label = ContractLabel.SharePayload;
                message[0] = (ulong)bytes;
                message.AddHandle(handle.Value);
                MessageException.ThrowUnlessOk(Call(ref message));
                _ = handle.Detach();
                ServerMessage.CloseHandles(ref message);
                if (message.Label != (ulong)ReplyCode.Ok)
                    throw new ContractException((ReplyCode)message.Label, "sharing memory");
            }

            lock (this)
                _payload = memory;
        }
        catch
        {
            ((IDisposable)memory).Dispose();
            throw;
        }
    }

    public Status Call(ref Message message)
    {
        Status status = Ipc.Call(Value, ref message, Ipc.After(CallTimeout));
        if (status is Status.TimedOut or Status.Cancelled)
            _isUnsettled = true;
        return status;
    }

    /// <summary>The same, ended with <see cref="Status.Cancelled"/> by the token.</summary>
    public Status Call(ref Message message, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Status.Cancelled;
        uint thread = Ipc.CurrentThread;
        Status status;
        using (cancellation.UnsafeRegister(static caller => _ = Ipc.Cancel((uint)caller!), thread))
            status = Call(ref message);
        // Disposing has waited for a callback under way; what it has asked for after the answer is for no later wait.
        Ipc.ForgetCancellation();
        return status;
    }

    /// <summary>Waits for a call that uses the memory to come to its end.</summary>
    public override void Dispose()
    {
        base.Dispose();
        lock (this)
            ((IDisposable?)_payload)?.Dispose();
    }

    /// <summary>A call that was given up may still be at work in the server: the memory is free when the server has answered a later one.</summary>
    private void Settle()
    {
        if (!_isUnsettled)
            return;
        Message message = default;
        message.Label = ContractLabel.SharePayload;
        MessageException.ThrowUnlessOk(Ipc.Call(Value, ref message, Ipc.After(CallTimeout)));
        ServerMessage.CloseHandles(ref message);
        _isUnsettled = false;
    }
}
