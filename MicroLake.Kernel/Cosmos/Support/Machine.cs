namespace MicroLake.CosmosSupport;

/// <summary>The machine that the Cosmos classes act on; installed once, before the kernel object is made.</summary>
public static class Machine
{
    private static IMachine? s_current;

    /// <exception cref="InvalidOperationException">No machine has been installed.</exception>
    internal static IMachine Current => s_current
        ?? throw new InvalidOperationException(
            "No machine is installed: call Machine.Install before power, memory or the speaker is used.");

    /// <summary>Sets the machine. A later call replaces it.</summary>
    public static void Install(IMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        s_current = machine;
    }

    /// <summary>One line for the kernel log; dropped while there is no machine, because constructors log before one exists.</summary>
    internal static void Log(string line) => s_current?.Log(line);
}
