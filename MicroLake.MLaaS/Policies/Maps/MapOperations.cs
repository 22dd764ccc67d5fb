using System.Runtime.CompilerServices;

namespace MicroLake.Policies.Maps;

/// <summary>
/// What programs do with maps. It runs wherever programs do, with interrupts off and on any processor: it allocates nothing, throws nothing and
/// waits for nobody longer than a fixed number of tries.
/// </summary>
internal static unsafe class MapOperations
{
    // Results of the helpers: Linux's numbers, negative.
    public const long NoEntry = -2;
    public const long TooBig = -7;
    public const long Busy = -16;
    public const long Exists = -17;
    public const long Invalid = -22;
    public const long NoSpace = -28;

    // Flags of an update.
    public const ulong Any = 0;
    public const ulong OnlyNew = 1;
    public const ulong OnlyOld = 2;

    /// <summary>How often a changer of a hash map tries for its lock: whoever holds it may be the thread that was interrupted here.</summary>
    private const int LockTries = 1000;

    /// <summary>The value of a key, or null.</summary>
    public static byte* Lookup(MapHeader* map, byte* key)
    {
        switch (map->Kind)
        {
            case MapKind.Array:
            case MapKind.PerProcessorArray:
                uint index = *(uint*)key;
                if (index >= (uint)map->Entries)
                    return null;
                nuint place = index;
                if (map->Kind == MapKind.PerProcessorArray)
                    place += (nuint)(CurrentProcessor(map) % (uint)map->Processors) * (uint)map->Entries;
                return map->Data + place * (uint)map->Stride;
            case MapKind.Hash:
                HashSlot* slot = HashTable.Find(map, key);
                return slot == null ? null : HashTable.Value(map, slot);
            default:
                return null;
        }
    }

    /// <summary>Sets the value of a key. 0, or a negative error.</summary>
    public static long Update(MapHeader* map, byte* key, byte* value, ulong flags)
    {
        if (flags > OnlyOld)
            return Invalid;
        if (map->Kind != MapKind.Hash)
        {
            byte* present = Lookup(map, key);
            if (present == null)
                return map->Kind == MapKind.RingBuffer ? Invalid : TooBig;
            if (flags == OnlyNew)
                return Exists;
            Copy(present, value, (uint)map->ValueBytes);
            return 0;
        }

        if (!TryLock(map))
            return Busy;
        long result = HashTable.Update(map, key, value, flags);
        Volatile.Write(ref map->Lock, 0);
        return result;
    }

    /// <summary>Takes a key out of a hash map. 0, or a negative error.</summary>
    public static long Delete(MapHeader* map, byte* key)
    {
        if (map->Kind != MapKind.Hash)
            return Invalid;
        if (!TryLock(map))
            return Busy;
        long result = HashTable.Delete(map, key);
        Volatile.Write(ref map->Lock, 0);
        return result;
    }

    /// <summary>Copies a record into a ring buffer. 0, or a negative error.</summary>
    public static long Output(MapHeader* map, byte* record, ulong bytes) =>
        map->Kind == MapKind.RingBuffer ? RingBuffer.Write(map, record, bytes) : Invalid;

    public static void Copy(byte* to, byte* from, uint bytes) => Unsafe.CopyBlockUnaligned(to, from, bytes);

    /// <summary>Code that was compiled ahead of time is called as it is, as helpers are (<see cref="Helpers.MapFunctions"/>).</summary>
    private static uint CurrentProcessor(MapHeader* map) => RuntimeFeature.IsDynamicCodeCompiled
        ? ((delegate* unmanaged<uint>)map->Processor)()
        : ((delegate*<uint>)map->Processor)();

    private static bool TryLock(MapHeader* map)
    {
        for (int i = 0; i < LockTries; i++)
            if (Volatile.Read(ref map->Lock) == 0 && Interlocked.CompareExchange(ref map->Lock, 1, 0) == 0)
                return true;
        return false;
    }
}
