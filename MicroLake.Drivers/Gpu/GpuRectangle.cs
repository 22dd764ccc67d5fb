namespace MicroLake.Drivers.Gpu;

/// <summary>A rectangle of pixels (VIRTIO 1.2, 5.7.6.8: virtio_gpu_rect).</summary>
public readonly struct GpuRectangle(int x, int y, int width, int height)
{
    public int X => x;

    public int Y => y;

    public int Width => width;

    public int Height => height;
}
