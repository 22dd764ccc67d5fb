using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;

namespace MicroLake.Nn.Gpu;

/// <summary>
/// A context of the renderer with its buffers and shaders, which can be made again: a context that was told something wrong is dead, and says so to
/// nobody.
/// </summary>
internal sealed class GpuContext : IDisposable
{
    private const int ShaderBytes = 256 << 10;
    private const int CommandBytes = 16 << 10;

    /// <summary>Seconds that shaders may take to compile.</summary>
    private const int CompilePatience = 60;

    private readonly RenderCommands _render;
    private readonly List<GpuBuffer> _buffers = [];
    private readonly List<string> _shaders = [];
    private readonly CommandStream _making;
    private uint _context;

    /// <exception cref="DeviceException">The device refuses it, or has failed.</exception>
    public GpuContext(VirtioGpu gpu)
    {
        Gpu = gpu;
        _render = gpu.Render!;
        _context = gpu.NewId();
        _render.CreateContext(_context, "network");
        _making = gpu.CreateStream(ShaderBytes);
        Commands = gpu.CreateStream(CommandBytes);
    }

    /// <summary>The stream that <see cref="Submit"/> submits.</summary>
    public CommandStream Commands { get; }

    public VirtioGpu Gpu { get; }

    /// <summary>A buffer of the host's, with memory of the guest's behind it if it is to be copied from and to.</summary>
    public GpuBuffer AddBuffer(BufferUse use, int bytes, bool hasMemory)
    {
        var buffer = new GpuBuffer(Gpu, use, bytes, hasMemory);
        _buffers.Add(buffer);
        _render.AttachResource(_context, buffer.Resource);
        return buffer;
    }

    /// <summary>Adds a shader, or finds it again. Returns its number.</summary>
    public uint AddShader(string text)
    {
        int index = _shaders.IndexOf(text);
        if (index < 0)
        {
            index = _shaders.Count;
            _shaders.Add(text);
            CreateShader(index);
        }

        return (uint)index + 1;
    }

    /// <summary>Copies a buffer's memory to the host's.</summary>
    public void Upload(GpuBuffer buffer) => _render.TransferToHost(_context, buffer.Resource, 0, buffer.Bytes);

    public void Submit(int patience) => _render.Submit(_context, Commands, isFenced: false, patience);

    /// <summary>Puts a new context in the place of one that is dead, with the same buffers and shaders.</summary>
    public void Renew()
    {
        uint dead = _context;
        _context = Gpu.NewId();
        _render.CreateContext(_context, "network");
        foreach (GpuBuffer buffer in _buffers)
            _render.AttachResource(_context, buffer.Resource);
        for (int i = 0; i < _shaders.Count; i++)
            CreateShader(i);
        _render.DestroyContext(dead);
    }

    /// <summary>What the context had goes back. Of a device that has failed nothing does: it went with its reset.</summary>
    public void Dispose()
    {
        if (Gpu.Device.Failure is not null)
            return;
        try
        {
            _render.DestroyContext(_context);
            foreach (GpuBuffer buffer in _buffers)
                buffer.Dispose();
            Gpu.Free(_making);
            Gpu.Free(Commands);
        }
        catch (DeviceException)
        {
            // A device that fails now has no use for what was to be given back.
        }
    }

    private void CreateShader(int index)
    {
        _making.Clear();
        _making.CreateShader((uint)index + 1, _shaders[index]);
        _render.Submit(_context, _making, isFenced: false, CompilePatience);
    }
}
