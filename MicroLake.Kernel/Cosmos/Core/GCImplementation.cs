using MicroLake.CosmosSupport;

namespace Cosmos.Core;

/// <summary>Memory figures as console kernels print them, answered by the .NET garbage collector.</summary>
public static class GCImplementation
{
    /// <summary>Memory that the managed heap does not use, in MiB.</summary>
    public static ulong GetAvailableRAM()
    {
        ulong used = (ulong)GC.GetTotalMemory(forceFullCollection: false);
        ulong all = Machine.Current.MemoryBytes;
        return (all > used ? all - used : 0) >> 20;
    }

    /// <summary>Bytes that the managed heap uses; 4 GiB and more read as the greatest <see cref="uint"/>.</summary>
    public static uint GetUsedRAM() => (uint)Math.Min(uint.MaxValue, (ulong)GC.GetTotalMemory(forceFullCollection: false));
}
