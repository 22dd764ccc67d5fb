namespace MicroLake.Policies.Maps;

/// <summary>What a map is to be. For a ring buffer the sizes are 0 and the entries are bytes, a power of two.</summary>
public sealed class MapDefinition(string name, MapKind kind, int keyBytes, int valueBytes, int entries, bool isReadOnly = false)
{
    private const int MaxKeyBytes = 256;
    private const int MaxValueBytes = 64 * 1024;
    private const long MaxMapBytes = 64L << 20;

    public string Name => name;

    public MapKind Kind => kind;

    public int KeyBytes => keyBytes;

    public int ValueBytes => valueBytes;

    public int Entries => entries;

    /// <summary>Programs may read values, not write them: constants.</summary>
    public bool IsReadOnly => isReadOnly;

    /// <summary>Bytes from one value to the next: values are aligned to 8.</summary>
    internal int Stride => (valueBytes + 7) & ~7;

    /// <exception cref="PolicyFormatException">There cannot be such a map.</exception>
    public void Check()
    {
        if (kind is not (MapKind.Hash or MapKind.Array or MapKind.PerProcessorArray or MapKind.RingBuffer))
            throw Bad($"there is no map kind {(int)kind}; kinds are hash 1, array 2, per-processor array 6, ring buffer 27");
        if (entries <= 0)
            throw Bad($"it has {entries} entries; at least 1 is needed");
        if (kind == MapKind.RingBuffer)
        {
            if (keyBytes != 0 || valueBytes != 0)
                throw Bad("a ring buffer has neither keys nor values; set both sizes to 0");
            if (entries < 4096 || !int.IsPow2(entries))
                throw Bad($"a ring buffer's entries are its bytes, a power of two of at least 4096, not {entries}");
        }
        else
        {
            if (kind == MapKind.Hash ? keyBytes is < 1 or > MaxKeyBytes : keyBytes != 4)
                throw Bad($"a key has {(kind == MapKind.Hash ? $"1 to {MaxKeyBytes}" : "4")} bytes, not {keyBytes}");
            if (valueBytes is < 1 or > MaxValueBytes)
                throw Bad($"a value has 1 to {MaxValueBytes} bytes, not {valueBytes}");
        }

        if ((long)entries * Math.Max(1, Stride + keyBytes) > MaxMapBytes)
            throw Bad($"it is larger than {MaxMapBytes >> 20} MiB; make it smaller");
    }

    private PolicyFormatException Bad(string reason) => new($"map '{name}': {reason}");
}
