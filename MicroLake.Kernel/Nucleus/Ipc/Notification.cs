using MicroLake.Nucleus.Objects;

namespace MicroLake.Nucleus.Ipc;

/// <summary>A word of bits: who waits gets all that were set since they were last taken, and leaves none.</summary>
internal unsafe struct Notification
{
    public KernelObject Header;
    public ulong Bits;
    public ThreadQueue Waiters;
}
