using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>The kernel refused a call, or it did not come to its end.</summary>
/// <param name="status">Why.</param>
public sealed class MessageException(Status status) : Exception(Explain(status))
{
    public Status Status { get; } = status;

    /// <exception cref="MessageException">The status is not <see cref="Status.Ok"/>.</exception>
    public static void ThrowUnlessOk(Status status)
    {
        if (status != Status.Ok)
            throw new MessageException(status);
    }

    private static string Explain(Status status) => status switch
    {
        Status.PeerClosed => "the service is gone; look it up again",
        Status.TimedOut => "the service did not answer in time",
        Status.Cancelled => "the call was cancelled",
        Status.BadHandle => "the handle is closed or was given away",
        Status.NotPermitted => "the handle lacks the right to this",
        Status.PeerFull => "the service has no room for the handles; they are still the caller's",
        Status.LimitReached => "the process may have no more handles; close some",
        _ => $"the kernel answered {status}",
    };
}
