using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>A message from one thread's buffer to another's. Both are kernel memory: no address space but the kernel's is needed.</summary>
internal static unsafe class MessageTransfer
{
    /// <summary>
    /// Copies the message and moves its handles. Anything but <see cref="Status.Ok"/> is the sender's: nothing has happened, and the
    /// receiver's buffer is as it was. The endpoint is locked.
    /// </summary>
    public static Status Deliver(Thread* sender, Thread* receiver, ulong badge)
    {
        Message* sent = sender->Message;
        Message* received = receiver->Message;
        if (sent->HandleCount != 0)
        {
            Status status = HandleTransfer.Move(sender->Process, receiver->Process, sent, received);
            if (status != Status.Ok)
                return status;
        }
        else
        {
            received->HandleCount = 0;
        }

        CopyWords(sent, received);
        received->Badge = badge;
        return Status.Ok;
    }

    /// <summary>Label and words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyWords(Message* sent, Message* received)
    {
        *(LabelAndWords*)received = *(LabelAndWords*)sent;
    }

    /// <summary>How a message begins: the compiler copies it whole, in vector registers.</summary>
    private struct LabelAndWords
    {
        public ulong Label;
        public fixed ulong Words[Message.WordCount];
    }
}
