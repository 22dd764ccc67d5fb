namespace Cosmos.Kernel.System;

/// <summary>Leaving the machine.</summary>
public static class Power
{
    /// <summary>ACPI power-off. What was printed is flushed first.</summary>
    public static void Shutdown() => Cosmos.System.Power.Shutdown();

    /// <summary>Resets the machine.</summary>
    public static void Reboot() => Cosmos.System.Power.Reboot();

    /// <summary>
    /// Ends all work for good. A halted processor would hold the emulator's process for ever, so this is a power-off.
    /// </summary>
    public static void Halt() => Cosmos.System.Power.Shutdown();
}
