using MicroLake.Policies.Helpers;

namespace MicroLake.Policies;

/// <summary>Where programs run: the kernel, or a process of a host.</summary>
/// <param name="helpers">What may be called.</param>
/// <param name="processors">How many there are, for what each has its own of.</param>
/// <param name="currentProcessor">
/// Address of code that tells the number of the processor it runs on: <c>u32 (void)</c>, on a just-in-time runtime a function for unmanaged callers.
/// </param>
public sealed class PolicyEnvironment(HelperTable helpers, int processors, nint currentProcessor)
{
    public HelperTable Helpers => helpers;

    public int Processors => processors;

    public nint CurrentProcessor => currentProcessor;

    /// <summary>
    /// A process that checks policies for the kernel: helpers that only the kernel has are there to be verified against, but programs that call
    /// them cannot run.
    /// </summary>
    public static PolicyEnvironment ForChecking { get; } = new(
        StandardHelpers.Create(new()
        {
            Time = HostFunctions.Addresses.Time,
            Random = HostFunctions.Addresses.Random,
            Processor = HostFunctions.Addresses.Processor,
            Trace = HostFunctions.Absent,
            Feature = HostFunctions.Absent,
            Infer = HostFunctions.Absent,
        }),
        Environment.ProcessorCount, HostFunctions.CurrentProcessor);
}
