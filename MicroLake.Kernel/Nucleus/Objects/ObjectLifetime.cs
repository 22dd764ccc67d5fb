using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Objects;

/// <summary>An object lives while handles or pins refer to it; the last to go ends it.</summary>
internal static unsafe class ObjectLifetime
{
    /// <summary>A further handle with these rights is about to exist. Something refers to the object already.</summary>
    public static void HandleAdded(KernelObject* target, ObjectType type, HandleRights rights)
    {
        Interlocked.Increment(ref target->References);
        if (type == ObjectType.Endpoint)
            EndpointLife.HandleAdded((Endpoint*)target, rights);
    }

    /// <summary>A handle is not in its table any more. No locks are held.</summary>
    public static void HandleRemoved(KernelObject* target, ObjectType type, HandleRights rights)
    {
        if (type == ObjectType.Endpoint)
            EndpointLife.HandleRemoved((Endpoint*)target, rights);
        Release(target);
    }

    /// <summary>Gives up a reference. No locks are held.</summary>
    public static void Release(KernelObject* target)
    {
        if (Interlocked.Decrement(ref target->References) != 0)
            return;
        switch (target->Type)
        {
            case ObjectType.Endpoint:
                EndpointLife.End((Endpoint*)target);
                break;
            case ObjectType.Memory:
                MemoryObject.End((MemoryObject*)target);
                break;
            case ObjectType.Notification:
                NotificationLife.End((Notification*)target);
                break;
        }
    }
}
