using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>Handles of a process, and the making of objects.</summary>
internal static unsafe class HandleSystemCalls
{
    public static void Register()
    {
        SystemCallTable.Set(KernelCallNumber.HandleClose, &Close);
        SystemCallTable.Set(KernelCallNumber.HandleDuplicate, &Duplicate);
        SystemCallTable.Set(KernelCallNumber.HandleInformation, &Information);
        SystemCallTable.Set(KernelCallNumber.ObjectStatistics, &Statistics);
        SystemCallTable.Set(KernelCallNumber.EndpointCreate, &CreateEndpoint);
        SystemCallTable.Set(KernelCallNumber.NotificationCreate, &CreateNotification);
    }

    private static Process* Self => Processor.CurrentThread()->Process;

    /// <summary>The handle in a register: handles have 32 bits, and nothing above them is overlooked. 0, which is no handle, for anything else.</summary>
    public static uint HandleOf(ulong register) => register <= uint.MaxValue ? (uint)register : 0;

    /// <summary>Tells the process its new handle, or takes it back where the process has no such memory.</summary>
    public static ulong Return(Process* process, ulong address, uint handle)
    {
        if (UserMemory.TryWrite(address, &handle, sizeof(uint)))
            return (ulong)Status.Ok;
        _ = ProcessHandles.Close(process, handle);
        return (ulong)Status.InvalidArgument;
    }

    /// <summary>(handle)</summary>
    private static ulong Close(ulong handle, ulong b, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)ProcessHandles.Close(Self, HandleOf(handle));

    /// <summary>(handle, rights, badge, uint* duplicate)</summary>
    private static ulong Duplicate(ulong handle, ulong rights, ulong badge, ulong duplicate, ulong e, ulong f)
    {
        if (rights > uint.MaxValue)
            return (ulong)Status.InvalidArgument;
        Process* process = Self;
        Status status = ProcessHandles.Duplicate(process, HandleOf(handle), (HandleRights)rights, badge, out uint made);
        return status == Status.Ok ? Return(process, duplicate, made) : (ulong)status;
    }

    /// <summary>(handle, HandleInformation*)</summary>
    private static ulong Information(ulong handle, ulong information, ulong c, ulong d, ulong e, ulong f)
    {
        HandleInformation found;
        RawMemory.Clear(&found, (ulong)sizeof(HandleInformation));
        Status status = ProcessHandles.Describe(Self, HandleOf(handle), &found);
        if (status != Status.Ok)
            return (ulong)status;
        return UserMemory.Give(information, &found, (ulong)sizeof(HandleInformation));
    }

    /// <summary>(ObjectStatistics*): of the process; what the whole system has is not its business.</summary>
    private static ulong Statistics(ulong statistics, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        ObjectStatistics figures;
        RawMemory.Clear(&figures, (ulong)sizeof(ObjectStatistics));
        figures.Handles = Self->Handles.Count;
        figures.HandleLimit = Self->Handles.Limit;
        figures.CopiedBytes = Processor.CurrentThread()->CopiedBytes;
        return UserMemory.Give(statistics, &figures, (ulong)sizeof(ObjectStatistics));
    }

    /// <summary>(uint* handle)</summary>
    private static ulong CreateEndpoint(ulong handle, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        Process* process = Self;
        Status status = EndpointLife.Create(process, out uint made);
        return status == Status.Ok ? Return(process, handle, made) : (ulong)status;
    }

    /// <summary>(uint* handle)</summary>
    private static ulong CreateNotification(ulong handle, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        Process* process = Self;
        Status status = NotificationLife.Create(process, out uint made);
        return status == Status.Ok ? Return(process, handle, made) : (ulong)status;
    }
}
