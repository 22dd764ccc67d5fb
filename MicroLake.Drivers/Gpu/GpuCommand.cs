namespace MicroLake.Drivers.Gpu;

/// <summary>Types of requests (VIRTIO 1.2, 5.7.6.7: virtio_gpu_ctrl_type).</summary>
internal enum GpuCommand : uint
{
    GetDisplayInfo = 0x100,
    ResourceCreate2D,
    ResourceUnref,
    SetScanout,
    ResourceFlush,
    TransferToHost2D,
    ResourceAttachBacking,
    ResourceDetachBacking,
    GetCapsetInfo,
    GetCapset,
    GetEdid,

    CtxCreate = 0x200,
    CtxDestroy,
    CtxAttachResource,
    CtxDetachResource,
    ResourceCreate3D,
    TransferToHost3D,
    TransferFromHost3D,
    Submit3D,
}
