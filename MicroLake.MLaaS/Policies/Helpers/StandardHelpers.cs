namespace MicroLake.Policies.Helpers;

/// <summary>The helpers that every hook may offer: maps, and what the embedder brings.</summary>
public static class StandardHelpers
{
    public static HelperTable Create(HelperAddresses addresses)
    {
        var functions = new List<HelperFunction>
        {
            new(HelperNumber.MapLookup, "map_lookup", MapFunctions.Lookup, HelperResult.MapValueOrNull, HelperArgument.Map, HelperArgument.MapKey),
            new(HelperNumber.MapUpdate, "map_update", MapFunctions.Update, HelperResult.Scalar,
                HelperArgument.Map, HelperArgument.MapKey, HelperArgument.MapValue, HelperArgument.Scalar),
            new(HelperNumber.MapDelete, "map_delete", MapFunctions.Delete, HelperResult.Scalar, HelperArgument.Map, HelperArgument.MapKey),
            new(HelperNumber.RingOutput, "ring_output", MapFunctions.Output, HelperResult.Scalar,
                HelperArgument.RingBuffer, HelperArgument.ReadableMemory, HelperArgument.Length, HelperArgument.Scalar),
        };
        Add(functions, reachesOut: true, HelperNumber.Time, "time", addresses.Time);
        Add(functions, reachesOut: true, HelperNumber.Random, "random", addresses.Random);
        Add(functions, reachesOut: true, HelperNumber.Processor, "processor", addresses.Processor);
        Add(functions, reachesOut: true, HelperNumber.Trace, "trace", addresses.Trace,
            HelperArgument.ReadableMemory, HelperArgument.Length, HelperArgument.Scalar, HelperArgument.Scalar);
        Add(functions, reachesOut: false, HelperNumber.Feature, "feature", addresses.Feature, HelperArgument.Feature);
        Add(functions, reachesOut: false, HelperNumber.Infer, "infer", addresses.Infer,
            HelperArgument.Scalar, HelperArgument.ReadableMemory, HelperArgument.Length, HelperArgument.WritableMemory, HelperArgument.Length);
        return new HelperTable(null, [.. functions]);
    }

    private static void Add(List<HelperFunction> functions, bool reachesOut, int number, string name, nint address, params HelperArgument[] arguments)
    {
        if (address != 0)
            functions.Add(new HelperFunction(number, name, address, HelperResult.Scalar, arguments) { ReachesOut = reachesOut });
    }
}
