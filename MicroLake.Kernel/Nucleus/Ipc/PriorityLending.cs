using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// A server runs at its caller's priority if that is the higher, until it answers (priority inheritance: Sha, Rajkumar and
/// Lehoczky, 1990). A caller that has to queue lends its priority to the thread that took the call before it.
/// </summary>
internal static unsafe class PriorityLending
{
    /// <summary>The endpoint is locked; interrupts are off.</summary>
    public static void Lend(Thread* caller, Thread* server)
    {
        byte priority = caller->RunNode.Priority;
        if (priority <= server->RunNode.Priority)
            return;
        server->LentPriority = priority;
        Scheduler.Raise(server, priority);
    }

    /// <summary>The current thread is back at its own priority. Interrupts are off, and the caller ends with <see cref="Scheduler.Preempt"/>.</summary>
    public static void Restore(Thread* current)
    {
        if (current->LentPriority == 0)
            return;
        current->LentPriority = 0;
        Scheduler.Lower(current);
    }
}
