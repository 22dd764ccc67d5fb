using MicroLake.Drivers.Gpu;

namespace MicroLake.Benchmarks.Gpu;

/// <summary>What any command for the renderer takes: a stream that does nothing, submitted and answered.</summary>
/// <param name="gpu">A GPU that computes.</param>
public sealed class GpuFloor(VirtioGpu gpu) : BatchBenchmark("gpu.floor", "a stream of commands that does nothing, submitted and answered", 100)
{
    private const int Patience = 5;

    private uint _context;
    private CommandStream? _stream;

    public override string? Note =>
        $"This GPU is {gpu.Render!.Capabilities.RendererName}: the host's processor computes for it in its own code, while the guest's code is emulated. With KVM no small batch gains.";

    protected override void Begin()
    {
        _context = gpu.NewId();
        gpu.Render!.CreateContext(_context, "bench");
        _stream = gpu.CreateStream(4096);
        _stream.Nothing();
    }

    protected override void Operate(long count)
    {
        for (long i = 0; i < count; i++)
            gpu.Render!.Submit(_context, _stream!, isFenced: false, Patience);
    }

    protected override void End()
    {
        if (_stream is null)
            return;
        gpu.Render!.DestroyContext(_context);
        gpu.Free(_stream);
        _stream = null;
    }
}
