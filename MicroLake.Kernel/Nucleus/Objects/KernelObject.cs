using MicroLake.Abi;

namespace MicroLake.Nucleus.Objects;

/// <summary>
/// What every object that handles name begins with. Where it lies, there is always a kernel object or room for one: a stale
/// pointer may be locked for a moment, and then seen to be stale (<see cref="HandleAccess"/>).
/// </summary>
internal unsafe struct KernelObject
{
    public SpinLock Lock;

    public ObjectType Type;

    /// <summary>Handles to the object, and pins by kernel code at work on it.</summary>
    public uint References;
}
