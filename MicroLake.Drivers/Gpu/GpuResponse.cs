namespace MicroLake.Drivers.Gpu;

/// <summary>Types of responses (VIRTIO 1.2, 5.7.6.7: virtio_gpu_ctrl_type).</summary>
internal enum GpuResponse : uint
{
    OkNoData = 0x1100,
    OkDisplayInfo,
    OkCapsetInfo,
    OkCapset,
    OkEdid,

    FirstError = 0x1200,
    OutOfMemory,
    InvalidScanoutId,
    InvalidResourceId,
    InvalidContextId,
    InvalidParameter,
    LastError = 0x12ff,
}
