namespace MicroLake.Drivers.Gpu;

/// <summary>Formats of pixels, bytes in the order of memory (VIRTIO 1.2, 5.7.6.8: virtio_gpu_formats).</summary>
public enum GpuFormat : uint
{
    B8G8R8A8 = 1,
    B8G8R8X8 = 2,
    A8R8G8B8 = 3,
    X8R8G8B8 = 4,
    R8G8B8A8 = 67,
    X8B8G8R8 = 68,
    A8B8G8R8 = 121,
    R8G8B8X8 = 134,
}
