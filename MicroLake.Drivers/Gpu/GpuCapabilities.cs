using System.Buffers.Binary;
using System.Text;

namespace MicroLake.Drivers.Gpu;

/// <summary>What the host's renderer can do: the parts of virglrenderer's capability set 2 that computing needs.</summary>
public sealed class GpuCapabilities
{
    /// <summary>The id of virglrenderer's second set of capabilities (VIRTIO_GPU_CAPSET_VIRGL2).</summary>
    internal const uint Capset = 2;

    /// <summary>A set that is shorter is from before computing.</summary>
    internal const int LeastBytes = 760;

    private const int CapabilityBits = 392;
    private const uint ComputeBit = 1 << 7;
    private const int BuffersPerShader = 432;
    private const int InvocationsPerBlock = 452;
    private const int Renderer = 696;
    private const int RendererBytes = 64;
    private const int LargestUniformBuffer = 1372;

    /// <summary>What every device of OpenGL 3.1 has at least; for sets that do not say.</summary>
    private const int UsualUniformBytes = 16384;

    private const int MostUniformBytes = 1 << 20;

    internal GpuCapabilities(ReadOnlySpan<byte> set)
    {
        HasCompute = (Word(set, CapabilityBits) & ComputeBit) != 0;
        BufferCount = (int)Math.Min(Word(set, BuffersPerShader), 32);
        BlockInvocations = (int)Math.Min(Word(set, InvocationsPerBlock), 1024);
        uint uniform = set.Length >= LargestUniformBuffer + sizeof(uint) ? Word(set, LargestUniformBuffer) : 0;
        UniformBytes = uniform < UsualUniformBytes ? UsualUniformBytes : (int)Math.Min(uniform, MostUniformBytes);
        RendererName = NameIn(set.Slice(Renderer, RendererBytes));
    }

    /// <summary>Whether it runs compute shaders.</summary>
    public bool HasCompute { get; }

    /// <summary>Storage buffers that a compute shader may have.</summary>
    public int BufferCount { get; }

    /// <summary>The most invocations of a block.</summary>
    public int BlockInvocations { get; }

    /// <summary>The largest uniform buffer.</summary>
    public int UniformBytes { get; }

    /// <summary>As the host names its renderer, printable ASCII.</summary>
    public string RendererName { get; }

    private static uint Word(ReadOnlySpan<byte> set, int at) => BinaryPrimitives.ReadUInt32LittleEndian(set[at..]);

    private static string NameIn(ReadOnlySpan<byte> bytes)
    {
        var name = new StringBuilder();
        foreach (byte b in bytes)
        {
            if (b is < 0x20 or > 0x7e)
                break;
            _ = name.Append((char)b);
        }

        return name.Length == 0 ? "unnamed renderer" : name.ToString();
    }
}
