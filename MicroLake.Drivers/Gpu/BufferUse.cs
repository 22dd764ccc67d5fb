namespace MicroLake.Drivers.Gpu;

/// <summary>What a buffer is for: exactly one (virglrenderer's VIRGL_BIND flags).</summary>
public enum BufferUse : uint
{
    /// <summary>Constants that shaders read, fast where all invocations read the same.</summary>
    Uniform = 1 << 6,

    /// <summary>Memory that shaders read and write.</summary>
    Storage = 1 << 14,
}
