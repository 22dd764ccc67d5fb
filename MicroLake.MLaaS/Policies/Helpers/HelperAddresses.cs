namespace MicroLake.Policies.Helpers;

/// <summary>
/// What an embedder brings to the standard helpers: addresses of code of the C calling convention that may run wherever programs run; 0 for what
/// it does not offer.
/// </summary>
public sealed class HelperAddresses
{
    /// <summary>Nanoseconds of the monotonic clock: <c>u64 (void)</c>.</summary>
    public nint Time { get; init; }

    /// <summary>32 random bits: <c>u64 (void)</c>.</summary>
    public nint Random { get; init; }

    /// <summary>Number of the processor that the caller runs on: <c>u64 (void)</c>.</summary>
    public nint Processor { get; init; }

    /// <summary>Puts two numbers and a text that need not end into the trace: <c>u64 (const char *text, u64 bytes, u64, u64)</c>.</summary>
    public nint Trace { get; init; }

    /// <summary>The newest value of a feature by its number in the hook's schema: <c>u64 (u64 feature)</c>.</summary>
    public nint Feature { get; init; }

    /// <summary>Runs a model of the module: <c>s64 (u64 model, const void *inputs, u64 bytes, void *outputs, u64 bytes)</c>.</summary>
    public nint Infer { get; init; }
}
