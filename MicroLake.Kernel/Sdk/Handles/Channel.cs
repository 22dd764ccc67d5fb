using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>A client's end of an endpoint.</summary>
/// <param name="value">A handle that may call.</param>
public sealed class Channel(uint value) : Handle(value), IChannel
{
    /// <summary>Deadline of every call; <see cref="Timeout.InfiniteTimeSpan"/>: none.</summary>
    public TimeSpan CallTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Memory that the server shares, for what is longer than a message; none at first.</summary>
    public Memory<byte> SharedPayload { get; init; }

    public Span<byte> Payload => SharedPayload.Span;

    public Status Call(ref Message message) => Ipc.Call(Value, ref message, Ipc.After(CallTimeout));

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
}
