namespace Cosmos.HAL;

/// <summary>The hardware layer's shared objects, as far as console kernels use them.</summary>
public static class Global
{
    /// <summary>The interval timer. One for all callers, as the hardware was.</summary>
    public static readonly PIT PIT = new();

    /// <summary>Always true: managed code runs with interrupts on, and only the nucleus turns them off.</summary>
    public static bool InterruptsEnabled => true;
}
