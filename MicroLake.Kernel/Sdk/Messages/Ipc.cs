using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>Messages as the kernel passes them: handles are numbers, outcomes are status codes. The types above give them shape.</summary>
public static unsafe class Ipc
{
    /// <summary>Waits for ever.</summary>
    public const ulong NoDeadline = ulong.MaxValue;

    /// <summary>The clock of deadlines: nanoseconds since the boot.</summary>
    public static ulong Now => KernelCall.ClockMonotonic();

    /// <summary>The deadline that is so far away from now.</summary>
    public static ulong After(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? NoDeadline : Now + ((ulong)Math.Max(time.Ticks, 0) * 100);

    /// <summary>Sends the message to an endpoint and waits for the answer, which replaces it.</summary>
    public static Status Call(uint endpoint, ref Message message)
    {
        fixed (Message* pointer = &message)
            return KernelCall.Call(endpoint, pointer);
    }

    /// <summary>The same until a deadline, by <see cref="Now"/>.</summary>
    public static Status Call(uint endpoint, ref Message message, ulong deadline)
    {
        fixed (Message* pointer = &message)
            return deadline == NoDeadline ? KernelCall.Call(endpoint, pointer) : KernelCall.Call(endpoint, pointer, deadline);
    }

    /// <summary>Waits for a call; the calling thread then owes the answer.</summary>
    public static Status Receive(uint endpoint, ref Message message, ulong deadline = NoDeadline)
    {
        fixed (Message* pointer = &message)
            return KernelCall.Receive(endpoint, pointer, deadline);
    }

    /// <summary>Answers the call that the calling thread took last.</summary>
    public static Status Reply(ref Message message)
    {
        fixed (Message* pointer = &message)
            return KernelCall.Reply(pointer);
    }

    /// <summary>Answers, then waits for the next call, with one kernel call.</summary>
    public static Status ReplyAndReceive(uint endpoint, ref Message message)
    {
        fixed (Message* pointer = &message)
            return KernelCall.ReplyAndReceive(endpoint, pointer);
    }

    /// <summary>The same until a deadline, by <see cref="Now"/>.</summary>
    public static Status ReplyAndReceive(uint endpoint, ref Message message, ulong deadline)
    {
        fixed (Message* pointer = &message)
            return deadline == NoDeadline ? KernelCall.ReplyAndReceive(endpoint, pointer) : KernelCall.ReplyAndReceive(endpoint, pointer, deadline);
    }

    /// <summary>The calling thread, for <see cref="Cancel"/>.</summary>
    public static uint CurrentThread => KernelCall.ThreadSelf();

    /// <summary>Ends the wait of a thread at a kernel object, or its next one, with <see cref="Status.Cancelled"/>.</summary>
    public static Status Cancel(uint thread) => KernelCall.Cancel(thread);

    /// <summary>A cancellation that has found no wait of the calling thread is forgotten.</summary>
    public static void ForgetCancellation() => KernelCall.ForgetCancel();

    /// <summary>Sets bits of a notification.</summary>
    public static Status Signal(uint notification, ulong bits) => KernelCall.NotificationSignal(notification, bits);

    /// <summary>Takes the bits of a notification, or waits until there are some.</summary>
    public static Status Wait(uint notification, out ulong bits, ulong deadline = NoDeadline)
    {
        ulong taken;
        Status status = KernelCall.NotificationWait(notification, deadline, &taken);
        bits = taken;
        return status;
    }
}
