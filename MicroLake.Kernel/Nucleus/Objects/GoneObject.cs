namespace MicroLake.Nucleus.Objects;

/// <summary>
/// What the slot of a handle that is gone leads to: an object that is locked for ever, so that who takes a stale slot for a live one gets no further
/// than to its lock.
/// </summary>
internal static unsafe class GoneObject
{
    private static KernelObject s_object;

    public static KernelObject* Pointer
    {
        get
        {
            // Static data of the image does not move.
            fixed (KernelObject* gone = &s_object)
            {
                gone->Lock.Word = 1;
                return gone;
            }
        }
    }
}
