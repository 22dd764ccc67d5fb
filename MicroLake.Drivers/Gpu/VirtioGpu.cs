using System.Buffers.Binary;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Gpu;

/// <summary>A graphics processor (VIRTIO 1.2, 5.7): displays, and, where the host renders, computing.</summary>
public sealed class VirtioGpu : IDriver
{
    /// <summary>Bytes of a piece of backing memory in the list of them.</summary>
    public const int PieceBytes = 16;

    /// <summary>The 3D mode (VIRTIO_GPU_F_VIRGL).</summary>
    private const ulong Virgl = 1 << 0;

    /// <summary>Displays say what they are (VIRTIO_GPU_F_EDID).</summary>
    private const ulong EdidFeature = 1 << 1;

    private const int ScanoutCountOffset = 8;
    private const int CapsetCountOffset = 12;
    private const uint MostCapsets = 16;

    private readonly ControlQueue _control;
    private uint _lastId;

    public VirtioGpu(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, Virgl | EdidFeature);
        try
        {
            DisplayCount = (int)Math.Min(Device.ReadConfiguration32(ScanoutCountOffset), 16);
            _control = new ControlQueue(Device);
            Device.Start();
            Display = new DisplayCommands(_control);
            Monitor = ReadMonitor();
            if (Device.Has(Virgl) && ReadCapabilities() is { } capabilities)
                Render = new RenderCommands(_control, capabilities);
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "graphics processor";

    public string FeatureNames => $"{(Device.Has(Virgl) ? "VIRGL " : "")}{(Device.Has(EdidFeature) ? "EDID" : "")}".TrimEnd();

    public string State
    {
        get
        {
            string displays = (DisplayCount == 1 ? "1 display" : $"{DisplayCount} displays") + (Monitor is { } monitor ? $" ({monitor})" : "");
            return Render is { } render ? $"{displays}, {(render.Capabilities.HasCompute ? "computes" : "renders")} by {render.Capabilities.RendererName}" : displays;
        }
    }

    /// <summary>Displays that it may have, at most 16.</summary>
    public int DisplayCount { get; }

    public DisplayCommands Display { get; }

    /// <summary>What the first display says of itself, or null.</summary>
    public Edid? Monitor { get; }

    /// <summary>Null: the host does not render for this device.</summary>
    public RenderCommands? Render { get; }

    /// <summary>A number that no resource and no context has had.</summary>
    public uint NewId() => Interlocked.Increment(ref _lastId);

    /// <summary>Memory for a stream of commands.</summary>
    /// <exception cref="DeviceException">There is not enough memory in one piece.</exception>
    public CommandStream CreateStream(int bytes) => new(Device.AllocateDma(bytes));

    /// <summary>Gives a stream's memory back.</summary>
    public void Free(CommandStream stream) => Device.FreeDma(stream.Memory);

    /// <summary>Makes memory the other side of a resource, for transfers (VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING). It stays until <see cref="Release"/>.</summary>
    /// <exception cref="DeviceException">The device refuses the command, or was given up.</exception>
    public void AttachBacking(uint resource, DmaMemory memory, int bytes) =>
        _control.Run(
            GpuCommand.ResourceAttachBacking, 0,
            [resource, 1, (uint)memory.DeviceAddress, (uint)(memory.DeviceAddress >> 32), (uint)bytes, 0]);

    /// <summary>Makes pieces of memory, one behind the other, the other side of a resource that has none.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="list">Room for the pieces as the device reads them: <see cref="PieceBytes"/> each.</param>
    /// <param name="first">A piece of the driver's own before the others.</param>
    /// <param name="pieces">The others.</param>
    /// <inheritdoc cref="AttachBacking(uint, DmaMemory, int)"/>
    public void AttachBacking(uint resource, DmaMemory list, DmaPiece first, ReadOnlySpan<DmaPiece> pieces)
    {
        WritePiece(list.Bytes, first);
        for (int i = 0; i < pieces.Length; i++)
            WritePiece(list.Bytes[((i + 1) * PieceBytes)..], pieces[i]);
        int bytes = (pieces.Length + 1) * PieceBytes;
        list.Publish(0, bytes);
        _control.Run(GpuCommand.ResourceAttachBacking, 0, [resource, (uint)pieces.Length + 1], BufferSegment.Of(list, 0, bytes, deviceWrites: false));
    }

    /// <summary>Takes a resource's backing memory away (VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING).</summary>
    /// <exception cref="DeviceException">The device refuses the command, or was given up.</exception>
    public void DetachBacking(uint resource) => _control.Run(GpuCommand.ResourceDetachBacking, 0, [resource, 0]);

    /// <summary>Gives a resource back; its backing memory is the driver's again (VIRTIO_GPU_CMD_RESOURCE_UNREF).</summary>
    public void Release(uint resource) => _control.Run(GpuCommand.ResourceUnref, 0, [resource, 0]);

    public void Dispose() => Device.Dispose();

    /// <summary>A device that refuses has displays all the same.</summary>
    private Edid? ReadMonitor()
    {
        if (!Device.Has(EdidFeature) || DisplayCount == 0)
            return null;
        try
        {
            return Display.GetEdid(0);
        }
        catch (DeviceException) when (Device.Failure is null)
        {
            return null;
        }
    }

    /// <summary>The set of capabilities that says what computing needs, or null: the device has none.</summary>
    private GpuCapabilities? ReadCapabilities()
    {
        uint count = Math.Min(Device.ReadConfiguration32(CapsetCountOffset), MostCapsets);
        Span<byte> information = stackalloc byte[16];
        for (uint i = 0; i < count; i++)
        {
            _control.Run(GpuCommand.GetCapsetInfo, 0, [i, 0], GpuResponse.OkCapsetInfo, information);
            uint id = BitConverter.ToUInt32(information);
            uint version = BitConverter.ToUInt32(information[4..]);
            uint bytes = BitConverter.ToUInt32(information[8..]);
            if (id != GpuCapabilities.Capset || bytes < GpuCapabilities.LeastBytes)
                continue;
            byte[] set = new byte[Math.Min(bytes, ControlQueue.MostAnswerBytes)];
            _control.Run(GpuCommand.GetCapset, 0, [id, version], GpuResponse.OkCapset, set);
            return new GpuCapabilities(set);
        }

        return null;
    }

    /// <summary>An address of 64 bits, a length of 32, and as many that say nothing (virtio_gpu_mem_entry).</summary>
    private static void WritePiece(Span<byte> entry, DmaPiece piece)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(entry, piece.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[sizeof(ulong)..], (uint)piece.Length);
    }
}
