using MicroLake.Abi;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Features;

/// <summary>The registries that the nucleus feeds itself, each only while somebody has enabled it.</summary>
internal static unsafe class BuiltInFeatures
{
    private const int Runs = 0, Faults = 1;

    /// <summary>Makes a registry and records from now on. <see cref="Status.NotFound"/>: there is none of that number.</summary>
    public static Status Enable(int which, ulong capacity, uint* handle)
    {
        Status status;
        switch (which)
        {
            case Runs:
                status = RunFeatures.Create(capacity, handle);
                if (status != Status.Ok)
                    return status;
                RunFeatures.Handle = *handle;
                Trace.Add(Observers.Runs);
                return Status.Ok;
            case Faults:
                status = FaultFeatures.Create(capacity, handle);
                if (status != Status.Ok)
                    return status;
                FaultFeatures.Handle = *handle;
                Trace.Add(Observers.Faults);
                return Status.Ok;
            default:
                return Status.NotFound;
        }
    }

    /// <summary>A registry is gone: nothing is recorded for it any more.</summary>
    public static void Forget(uint handle)
    {
        if (handle == RunFeatures.Handle)
            Trace.Remove(Observers.Runs);
        if (handle == FaultFeatures.Handle)
            Trace.Remove(Observers.Faults);
    }
}
