using System.Buffers.Binary;

namespace MicroLake.Drivers.Gpu;

/// <summary>The commands of frame buffers (VIRTIO 1.2, 5.7.6.8).</summary>
public sealed class DisplayCommands
{
    private const int MostScanouts = 16;
    private const int ScanoutBytes = 24;
    private const int LongestSide = 16384;
    private const int EdidOffset = 8;
    private const int MostEdidBytes = 1024;

    private readonly ControlQueue _control;

    internal DisplayCommands(ControlQueue control) => _control = control;

    /// <summary>Where each display is and how large (VIRTIO_GPU_CMD_GET_DISPLAY_INFO); null: it is off.</summary>
    /// <exception cref="DeviceException">The device refuses the command, or was given up: so for all commands.</exception>
    public GpuRectangle?[] GetDisplayInfo()
    {
        Span<byte> answer = stackalloc byte[MostScanouts * ScanoutBytes];
        _control.Run(GpuCommand.GetDisplayInfo, 0, [], GpuResponse.OkDisplayInfo, answer);
        var displays = new GpuRectangle?[MostScanouts];
        for (int i = 0; i < MostScanouts; i++)
        {
            ReadOnlySpan<byte> at = answer[(i * ScanoutBytes)..];
            bool isEnabled = BinaryPrimitives.ReadUInt32LittleEndian(at[16..]) != 0;
            uint width = BinaryPrimitives.ReadUInt32LittleEndian(at[8..]), height = BinaryPrimitives.ReadUInt32LittleEndian(at[12..]);
            // A size that no display has is as good as a display that is off.
            if (isEnabled && width - 1 < LongestSide && height - 1 < LongestSide)
                displays[i] = new GpuRectangle(BinaryPrimitives.ReadInt32LittleEndian(at), BinaryPrimitives.ReadInt32LittleEndian(at[4..]), (int)width, (int)height);
        }

        return displays;
    }

    /// <summary>What a display says of itself (VIRTIO_GPU_CMD_GET_EDID), where the device offers that; null: nothing that can be read.</summary>
    public Edid? GetEdid(int display)
    {
        Span<byte> answer = stackalloc byte[EdidOffset + MostEdidBytes];
        _control.Run(GpuCommand.GetEdid, 0, [(uint)display, 0], GpuResponse.OkEdid, answer);
        uint bytes = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(answer), MostEdidBytes);
        return Edid.TryRead(answer.Slice(EdidOffset, (int)bytes));
    }

    /// <summary>A picture in the host's memory (VIRTIO_GPU_CMD_RESOURCE_CREATE_2D).</summary>
    /// <param name="resource">A number of <see cref="VirtioGpu.NewId"/>.</param>
    /// <param name="format">How its pixels are kept.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    public void CreateResource(uint resource, GpuFormat format, int width, int height) =>
        _control.Run(GpuCommand.ResourceCreate2D, 0, [resource, (uint)format, (uint)width, (uint)height]);

    /// <summary>Shows a part of a picture on a display (VIRTIO_GPU_CMD_SET_SCANOUT). Resource 0 turns the display off.</summary>
    public void SetScanout(int display, uint resource, GpuRectangle part) =>
        _control.Run(GpuCommand.SetScanout, 0, [(uint)part.X, (uint)part.Y, (uint)part.Width, (uint)part.Height, (uint)display, resource]);

    /// <summary>Copies a part of the backing memory to the host's picture (VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D).</summary>
    /// <param name="resource">A picture with backing memory.</param>
    /// <param name="part">What is copied.</param>
    /// <param name="offset">Where its first pixel is in the backing memory, in bytes.</param>
    public void TransferToHost(uint resource, GpuRectangle part, long offset) =>
        _control.Run(
            GpuCommand.TransferToHost2D, 0,
            [(uint)part.X, (uint)part.Y, (uint)part.Width, (uint)part.Height, (uint)offset, (uint)(offset >> 32), resource, 0]);

    /// <summary>Brings what was copied to the displays that show it (VIRTIO_GPU_CMD_RESOURCE_FLUSH).</summary>
    public void Flush(uint resource, GpuRectangle part) =>
        _control.Run(GpuCommand.ResourceFlush, 0, [(uint)part.X, (uint)part.Y, (uint)part.Width, (uint)part.Height, resource, 0]);
}
