using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Objects;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on handles and on the making of objects, as kernel threads make them.</summary>
internal static unsafe class HandleCalls
{
    /// <summary>A handle of the start by its name. The kernel was started by nobody: it has none.</summary>
    [RuntimeExport("mk_start_handle")]
    private static uint StartHandle(byte* name, int length) => 0;

    [RuntimeExport("mk_handle_close")]
    private static Status Close(uint handle) => ProcessHandles.Close(Processor.CurrentThread()->Process, handle);

    /// <summary>A second handle with these rights (all bits set: the same), and a badge where the first may receive (0: the same).</summary>
    [RuntimeExport("mk_handle_duplicate")]
    private static Status Duplicate(uint handle, HandleRights rights, ulong badge, uint* duplicate)
    {
        Status status = ProcessHandles.Duplicate(Processor.CurrentThread()->Process, handle, rights, badge, out uint made);
        *duplicate = made;
        return status;
    }

    [RuntimeExport("mk_handle_information")]
    private static Status Information(uint handle, HandleInformation* information)
    {
        HandleInformation found;
        Status status = ProcessHandles.Describe(Processor.CurrentThread()->Process, handle, &found);
        if (status == Status.Ok)
            *information = found;
        return status;
    }

    [RuntimeExport("mk_object_statistics")]
    private static void Statistics(ObjectStatistics* statistics)
    {
        HandleTable* table = &Processor.CurrentThread()->Process->Handles;
        statistics->Handles = table->Count;
        statistics->HandleLimit = table->Limit;
        statistics->Objects = ObjectMemory.Objects;
        statistics->ObjectPages = ObjectMemory.Pages;
        statistics->CopiedBytes = Processor.CurrentThread()->CopiedBytes;
    }

    [RuntimeExport("mk_endpoint_create")]
    private static Status CreateEndpoint(uint* handle)
    {
        Status status = EndpointLife.Create(Processor.CurrentThread()->Process, out uint made);
        *handle = made;
        return status;
    }

    [RuntimeExport("mk_notification_create")]
    private static Status CreateNotification(uint* handle)
    {
        Status status = NotificationLife.Create(Processor.CurrentThread()->Process, out uint made);
        *handle = made;
        return status;
    }
}
