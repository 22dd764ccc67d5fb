using MicroLake.CosmosSupport;

namespace Cosmos.Kernel.System;

/// <summary>The kernel object of this machine.</summary>
public static class Global
{
    /// <summary>The registered kernel, or null before the entry point has made it.</summary>
    public static Kernel? CurrentKernel { get; private set; }

    /// <summary>Names the kernel that <see cref="StartKernel"/> runs. The generated entry point calls it.</summary>
    public static void RegisterKernel(Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        CurrentKernel = kernel;
    }

    /// <summary>Runs the registered kernel until it stops, then powers off.</summary>
    /// <exception cref="InvalidOperationException">No kernel has been registered.</exception>
    public static void StartKernel()
    {
        Kernel kernel = CurrentKernel
            ?? throw new InvalidOperationException("No kernel is registered: call RegisterKernel first.");
        kernel.Start();
        KernelHost.Leave();
    }

    internal static void Init() => Machine.Log("[System/Global] devices are up");
}
