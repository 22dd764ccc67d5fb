using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>A kernel call that was refused.</summary>
public sealed class KernelException(Status status, string message) : Exception(message)
{
    /// <summary>The kernel's reason.</summary>
    public Status Status { get; } = status;

    /// <summary>Throws what was refused, with the kernel's reason in words.</summary>
    public static void ThrowUnlessOk(Status status, string what)
    {
        if (status != Status.Ok)
            throw new KernelException(status, $"{what}: {Explain(status)}");
    }

    private static string Explain(Status status) => status switch
    {
        Status.OutOfMemory => "there is not enough memory",
        Status.NoAddressSpace => "there are no addresses left",
        Status.AlreadyReserved => "the addresses are taken",
        Status.NotFound or Status.BadHandle => "it is gone",
        Status.AlreadyExists => "there is one of that name",
        Status.WouldBlock => "it is in use",
        Status.LimitReached => "a limit is reached",
        Status.PeerFull => "it may have no more handles",
        Status.ProcessEnded => "it has ended",
        Status.TimedOut => "it took too long",
        _ => $"the kernel says {status}",
    };
}
