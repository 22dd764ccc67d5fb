namespace MicroLake.Policies.Helpers;

/// <summary>What a helper takes as one of its arguments; the verifier holds programs to it.</summary>
public enum HelperArgument
{
    /// <summary>Not used.</summary>
    None,

    /// <summary>A number.</summary>
    Scalar,

    /// <summary>The number of a feature that the program may see, or of none.</summary>
    Feature,

    /// <summary>A map, by a 64-bit immediate that refers to it.</summary>
    Map,

    /// <summary>A ring buffer, by a 64-bit immediate that refers to it.</summary>
    RingBuffer,

    /// <summary>As many readable bytes as a key of the map in the first argument.</summary>
    MapKey,

    /// <summary>As many readable bytes as a value of the map in the first argument.</summary>
    MapValue,

    /// <summary>Readable memory, whose length is the next argument.</summary>
    ReadableMemory,

    /// <summary>Memory to write, whose length is the next argument. The helper writes all of it, so it need not be initialised.</summary>
    WritableMemory,

    /// <summary>The length of the memory in the argument before, at least 1.</summary>
    Length,

    /// <summary>The program's context, as it was handed over.</summary>
    Context,
}

/// <summary>What a helper leaves in r0.</summary>
public enum HelperResult
{
    /// <summary>A number.</summary>
    Scalar,

    /// <summary>The address of a value of the map in the first argument, or 0.</summary>
    MapValueOrNull,
}

/// <summary>A function that programs may call by number (RFC 9669, section 4.3.1).</summary>
/// <param name="number">What a program's call instruction names.</param>
/// <param name="name">For messages.</param>
/// <param name="address">
/// Code of the C calling convention with up to five arguments of 64 bits. It runs wherever programs run: code that the collector waits for may
/// not call programs whose helpers need the collector.
/// </param>
/// <param name="result">What it leaves in r0.</param>
/// <param name="arguments">Of r1 to r5.</param>
public sealed class HelperFunction(int number, string name, nint address, HelperResult result, params HelperArgument[] arguments)
{
    public const int MaxArguments = 5;

    public int Number => number;

    public string Name => name;

    public nint Address => address;

    public HelperResult Result => result;

    public ReadOnlySpan<HelperArgument> Arguments => arguments;

    /// <summary>It tells or changes something that is not the module's own, so a module may call it only if its manifest says so.</summary>
    public bool ReachesOut { get; init; }

    internal unsafe ulong Call(ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) =>
        ((delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong>)address)(r1, r2, r3, r4, r5);
}
