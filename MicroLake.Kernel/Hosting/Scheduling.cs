using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>The scheduler's policy.</summary>
public static class Scheduling
{
    /// <summary>The policy in force.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such policy.</exception>
    public static SchedulingPolicy Policy
    {
        get => (SchedulingPolicy)KernelCall.SchedulingPolicy();
        set
        {
            if (KernelCall.SetSchedulingPolicy((int)value) != Status.Ok)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"The policies are {string.Join(", ", Enum.GetNames<SchedulingPolicy>())}.");
        }
    }
}
