using System.Text;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Gpu;

/// <summary>The commands of the 3D mode (VIRTIO 1.2, 5.7.6.9), as far as computing needs them. Numbers of contexts and resources are those of <see cref="VirtioGpu.NewId"/>.</summary>
public sealed class RenderCommands
{
    /// <summary>Buffers have one row of this format, and so one byte for each of its pixels (virglrenderer's VIRGL_FORMAT_R8_UNORM).</summary>
    private const uint BytesFormat = 64;

    private const uint BufferTarget = 0;
    private const int NameWords = 16;

    private readonly ControlQueue _control;

    internal RenderCommands(ControlQueue control, GpuCapabilities capabilities)
    {
        _control = control;
        Capabilities = capabilities;
    }

    public GpuCapabilities Capabilities { get; }

    /// <summary>An address space of the renderer with shaders and bindings of its own (VIRTIO_GPU_CMD_CTX_CREATE).</summary>
    /// <exception cref="DeviceException">The device refuses the command, or was given up: so for all commands.</exception>
    public void CreateContext(uint context, string name)
    {
        Span<uint> fields = stackalloc uint[2 + NameWords];
        fields.Clear();
        fields[0] = (uint)Math.Min(name.Length, NameWords * sizeof(uint) - 1);
        for (int i = 0; i < (int)fields[0]; i++)
            fields[2 + i / sizeof(uint)] |= (uint)(byte)name[i] << (i % sizeof(uint) * 8);
        _control.Run(GpuCommand.CtxCreate, context, fields);
    }

    public void DestroyContext(uint context) => _control.Run(GpuCommand.CtxDestroy, context, []);

    /// <summary>A buffer in the host's memory (VIRTIO_GPU_CMD_RESOURCE_CREATE_3D).</summary>
    public void CreateBuffer(uint resource, BufferUse use, int bytes) =>
        _control.Run(GpuCommand.ResourceCreate3D, 0, [resource, BufferTarget, BytesFormat, (uint)use, (uint)bytes, 1, 1, 1, 0, 0, 0, 0]);

    /// <summary>Lets a context use a resource.</summary>
    public void AttachResource(uint context, uint resource) => _control.Run(GpuCommand.CtxAttachResource, context, [resource, 0]);

    public void DetachResource(uint context, uint resource) => _control.Run(GpuCommand.CtxDetachResource, context, [resource, 0]);

    /// <summary>Copies a range of the backing memory to the host's buffer.</summary>
    public void TransferToHost(uint context, uint resource, int offset, int bytes) => Transfer(GpuCommand.TransferToHost3D, context, resource, offset, bytes);

    /// <summary>Copies a range of the host's buffer to the backing memory, where it is when this returns.</summary>
    public void TransferFromHost(uint context, uint resource, int offset, int bytes) => Transfer(GpuCommand.TransferFromHost3D, context, resource, offset, bytes);

    /// <summary>
    /// Has the renderer do a stream (VIRTIO_GPU_CMD_SUBMIT_3D). That it returns does not say that the stream was done: the renderer answers
    /// in the same way where it was not, and its context is dead from then on.
    /// </summary>
    /// <param name="context">Whose shaders and bindings the stream is about.</param>
    /// <param name="stream">Left alone until this returns.</param>
    /// <param name="isFenced">Whether to wait until all that the stream began is done.</param>
    /// <param name="patience">Seconds after which a device that does not answer is given up.</param>
    public void Submit(uint context, CommandStream stream, bool isFenced, int patience) =>
        _control.Run(GpuCommand.Submit3D, context, [(uint)stream.Length, 0], stream.Publish(), isFenced, patience);

    private void Transfer(GpuCommand command, uint context, uint resource, int offset, int bytes) =>
        _control.Run(command, context, [(uint)offset, 0, 0, (uint)bytes, 1, 1, (uint)offset, 0, resource, 0, 0, 0]);
}
