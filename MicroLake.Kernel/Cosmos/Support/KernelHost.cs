namespace MicroLake.CosmosSupport;

/// <summary>What the generated entry point of an image calls: makes the kernel, runs it, and powers off after it.</summary>
public static class KernelHost
{
    /// <summary>Runs a second-generation kernel until it stops.</summary>
    public static void Run(Func<Cosmos.System.Kernel> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        create().Start();
        Leave();
    }

    /// <summary>Runs a third-generation kernel until it stops.</summary>
    public static void Run(Func<Cosmos.Kernel.System.Kernel> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Cosmos.Kernel.System.Global.RegisterKernel(create());
        Cosmos.Kernel.System.Global.StartKernel();
    }

    /// <summary>A kernel that has stopped has nothing left to run: the machine goes off, with what was printed on its way out.</summary>
    internal static void Leave()
    {
        Console.Out.Flush();
        Machine.Current.PowerOff();
    }
}
