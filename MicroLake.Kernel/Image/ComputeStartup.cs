using MicroLake.Compute;
using MicroLake.Hosting;
using MicroLake.Nn;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Sdk;
using MicroLake.Services.Supervision;

namespace MicroLake.Kernel;

/// <summary>The kernel's service of computing, under its name for programs that are granted it.</summary>
internal static class ComputeStartup
{
    private const int ShareOfFreeMemory = 8;

    public static void Run(Supervisor supervisor, GpuService? gpu)
    {
        var server = new ComputeServer(new ComputeOptions { Gpu = gpu, Decision = GpuPlacement.Decide, Limits = Limits });
        _ = supervisor.Names.Publish(ComputeContract.ServiceName, server.CreateChannel().Detach(), share => server.CreateChannel(share.Weight, share.Sessions).Detach());
    }

    /// <summary>Models of programs are in memory of the kernel's: one may have an eighth of what is free, for each of what it takes.</summary>
    private static ModelLimits Limits()
    {
        long heap = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false);
        long share = Math.Max(0, Math.Min(heap, (long)Inspection.Memory().Free)) / ShareOfFreeMemory;
        return new ModelLimits
        {
            MaxFileBytes = (int)Math.Min(share, ComputeContract.MostFileBytes),
            MaxParameterBytes = Math.Min(share, ModelLimits.Default.MaxParameterBytes),
            MaxArenaBytes = Math.Min(share, ModelLimits.Default.MaxArenaBytes),
        };
    }
}
