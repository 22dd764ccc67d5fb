using MicroLake.CosmosSupport;

namespace Cosmos.System;

/// <summary>Leaving the machine.</summary>
public static class Power
{
    /// <summary>ACPI power-off. What was printed is flushed first.</summary>
    public static void Shutdown() => KernelHost.Leave();

    /// <summary>Resets the machine.</summary>
    public static void Reboot()
    {
        Console.Out.Flush();
        Machine.Current.Reboot();
    }
}
