using System.Runtime.InteropServices;
using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;

namespace MicroLake.Nn.Gpu;

/// <summary>A buffer of the host's renderer, and the guest's memory behind it.</summary>
internal sealed class GpuBuffer : IDisposable
{
    private readonly VirtioGpu _gpu;
    private readonly DmaMemory? _memory;

    public GpuBuffer(VirtioGpu gpu, BufferUse use, int bytes, bool hasMemory)
    {
        _gpu = gpu;
        Bytes = bytes;
        Resource = gpu.NewId();
        gpu.Render!.CreateBuffer(Resource, use, bytes);
        if (!hasMemory)
            return;
        try
        {
            _memory = gpu.Device.AllocateDma(bytes);
            gpu.AttachBacking(Resource, _memory, bytes);
        }
        catch (DeviceException)
        {
            Dispose();
            throw;
        }
    }

    public uint Resource { get; }

    public int Bytes { get; }

    /// <summary>The guest's memory as numbers, from a byte on.</summary>
    public Span<float> Floats(int offset, int count) => MemoryMarshal.Cast<byte, float>(_memory!.Bytes.Slice(offset, count * sizeof(float)));

    public Span<uint> Words(int offset, int count) => MemoryMarshal.Cast<byte, uint>(_memory!.Bytes.Slice(offset, count * sizeof(uint)));

    public void Publish(int bytes) => _memory!.Publish(0, bytes);

    public void Fetch(int bytes) => _memory!.Fetch(0, bytes);

    /// <summary>The host's buffer first: after that nobody else knows the memory.</summary>
    public void Dispose()
    {
        if (_gpu.Device.Failure is null)
            _gpu.Release(Resource);
        if (_memory is not null)
            _gpu.Device.FreeDma(_memory);
    }
}
