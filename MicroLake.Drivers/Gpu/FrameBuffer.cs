using System.Runtime.InteropServices;

namespace MicroLake.Drivers.Gpu;

/// <summary>The picture of a display: memory of ours, of which rows are brought to the display when told (VIRTIO 1.2, 5.7.6.1).</summary>
public sealed class FrameBuffer
{
    private const int BytesOfPixel = sizeof(uint);

    private readonly VirtioGpu _gpu;
    private readonly DmaMemory _memory;
    private readonly uint _resource;

    private FrameBuffer(VirtioGpu gpu, int display, int width, int height)
    {
        _gpu = gpu;
        Width = width;
        Height = height;
        int bytes = width * height * BytesOfPixel;
        _memory = gpu.Device.AllocateDma(bytes);
        _resource = gpu.NewId();
        try
        {
            gpu.Display.CreateResource(_resource, GpuFormat.B8G8R8X8, width, height);
            gpu.AttachBacking(_resource, _memory, bytes);
            gpu.Display.SetScanout(display, _resource, new GpuRectangle(0, 0, width, height));
        }
        catch (DeviceException)
        {
            Close();
            throw;
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gives the first display that is on a picture of its size; null: none is on.</summary>
    /// <exception cref="DeviceException">The device refuses it or fails, or there is no memory for the picture.</exception>
    public static FrameBuffer? TryOpen(VirtioGpu gpu)
    {
        GpuRectangle?[] displays = gpu.Display.GetDisplayInfo();
        for (int i = 0; i < displays.Length; i++)
            if (displays[i] is { } display)
                return new FrameBuffer(gpu, i, display.Width, display.Height);
        return null;
    }

    /// <summary>The pixels of a row, each 0xRRGGBB: the display shows them after <see cref="Show"/>.</summary>
    public Span<uint> Row(int y) => MemoryMarshal.Cast<byte, uint>(_memory.Bytes.Slice(y * Width * BytesOfPixel, Width * BytesOfPixel));

    /// <summary>Brings rows to the display.</summary>
    /// <exception cref="DeviceException">The device refuses it, or was given up.</exception>
    public void Show(int top, int bottom)
    {
        if (top >= bottom)
            return;
        int offset = top * Width * BytesOfPixel;
        var rows = new GpuRectangle(0, top, Width, bottom - top);
        _memory.Publish(offset, (bottom - top) * Width * BytesOfPixel);
        _gpu.Display.TransferToHost(_resource, rows, offset);
        _gpu.Display.Flush(_resource, rows);
    }

    /// <summary>Gives back what the device took of it. What a device that failed still has goes with the device.</summary>
    private void Close()
    {
        try
        {
            _gpu.Release(_resource);
        }
        catch (DeviceException)
        {
            if (_gpu.Device.Failure is not null)
                return;
        }

        _gpu.Device.FreeDma(_memory);
    }
}
