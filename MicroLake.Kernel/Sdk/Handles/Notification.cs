using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>A word of bits: signals gather in it until somebody takes them all.</summary>
/// <param name="value">A handle to a notification.</param>
public sealed class Notification(uint value) : Handle(value)
{
    /// <summary>A new notification without bits.</summary>
    /// <exception cref="MessageException">The kernel has no memory, or the process no more handles.</exception>
    public static Notification Create()
    {
        MessageException.ThrowUnlessOk(HandleNumbers.CreateNotification(out uint handle));
        return new Notification(handle);
    }

    /// <summary>Sets bits.</summary>
    /// <exception cref="MessageException">The handle may not signal.</exception>
    public void Signal(ulong bits) => MessageException.ThrowUnlessOk(Ipc.Signal(Value, bits));

    /// <summary>Takes all bits that are set, or waits for some. False: the time is over.</summary>
    /// <exception cref="MessageException">The handle may not wait, the wait was cancelled, or nobody can signal any more.</exception>
    public bool TryWait(TimeSpan timeout, out ulong bits)
    {
        Status status = Ipc.Wait(Value, out bits, Ipc.After(timeout));
        if (status == Status.TimedOut)
            return false;
        MessageException.ThrowUnlessOk(status);
        return true;
    }

    /// <summary>Takes all bits that are set, or waits for some.</summary>
    /// <exception cref="MessageException">As for <see cref="TryWait"/>.</exception>
    public ulong Wait()
    {
        _ = TryWait(Timeout.InfiniteTimeSpan, out ulong bits);
        return bits;
    }

    /// <summary>A further handle with fewer rights, to be given away.</summary>
    /// <exception cref="MessageException">The handle may not be duplicated so.</exception>
    public Notification Duplicate(HandleRights rights)
    {
        MessageException.ThrowUnlessOk(HandleNumbers.Duplicate(Value, out uint handle, rights));
        return new Notification(handle);
    }
}
