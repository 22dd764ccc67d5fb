using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>Handles as the kernel knows them: numbers, to be closed exactly once.</summary>
public static unsafe class HandleNumbers
{
    public static Status CreateEndpoint(out uint handle)
    {
        uint made;
        Status status = KernelCall.EndpointCreate(&made);
        handle = made;
        return status;
    }

    public static Status CreateNotification(out uint handle)
    {
        uint made;
        Status status = KernelCall.NotificationCreate(&made);
        handle = made;
        return status;
    }

    /// <summary>
    /// A second handle to the same object with these rights; <see cref="HandleRights.All"/>: the same. A handle that may receive gives the duplicate
    /// a badge, by which the server knows who calls; 0: the same badge.
    /// </summary>
    public static Status Duplicate(uint handle, out uint duplicate, HandleRights rights = HandleRights.All, ulong badge = 0)
    {
        uint made;
        Status status = KernelCall.HandleDuplicate(handle, rights, badge, &made);
        duplicate = made;
        return status;
    }

    public static Status Close(uint handle) => KernelCall.HandleClose(handle);

    /// <summary>What a handle is.</summary>
    public static Status Describe(uint handle, out HandleInformation information)
    {
        HandleInformation found = default;
        Status status = KernelCall.HandleInformation(handle, &found);
        information = found;
        return status;
    }

    /// <summary>Kernel objects and handles that exist.</summary>
    public static ObjectStatistics Statistics()
    {
        ObjectStatistics statistics;
        KernelCall.ObjectStatistics(&statistics);
        return statistics;
    }
}
