namespace MicroLake.Policies.Maps;

/// <summary>
/// Records from any processor to one reader. A writer reserves its place by one compare-and-exchange and sets the record's header last; what the
/// reader has taken is zero again, so a header of 0 is a record that is not there yet.
/// </summary>
internal static unsafe class RingBuffer
{
    private const uint HeaderBytes = 8;
    private const uint Present = 0x8000_0000;

    public static long Write(MapHeader* map, byte* record, ulong bytes)
    {
        if (bytes > map->Mask - HeaderBytes)
            return MapOperations.TooBig;
        uint size = Size((uint)bytes);
        ulong start = Volatile.Read(ref map->Produced);
        for (; ; )
        {
            if (start + size - Volatile.Read(ref map->Consumed) > (ulong)map->Mask + 1)
            {
                Interlocked.Increment(ref map->Dropped);
                return MapOperations.NoSpace;
            }

            ulong seen = Interlocked.CompareExchange(ref map->Produced, start + size, start);
            if (seen == start)
                break;
            start = seen;
        }

        CopyIn(map, start + HeaderBytes, record, (uint)bytes);
        Volatile.Write(ref *Header(map, start), Present | (uint)bytes);
        return 0;
    }

    /// <summary>Takes the oldest record out. False: there is none, or it is still being written.</summary>
    public static bool TryRead(MapHeader* map, out byte[] record)
    {
        ulong start = map->Consumed;
        uint header = start == Volatile.Read(ref map->Produced) ? 0 : Volatile.Read(ref *Header(map, start));
        if ((header & Present) == 0)
        {
            record = [];
            return false;
        }

        record = new byte[header & ~Present];
        uint size = Size((uint)record.Length);
        for (uint i = 0; i < record.Length; i++)
            record[i] = map->Data[(uint)(start + HeaderBytes + i) & map->Mask];
        for (uint i = 0; i < size; i += 8)
            *(ulong*)(map->Data + ((uint)(start + i) & map->Mask)) = 0;
        Volatile.Write(ref map->Consumed, start + size);
        return true;
    }

    private static uint Size(uint bytes) => (HeaderBytes + bytes + 7) & ~7u;

    private static uint* Header(MapHeader* map, ulong position) => (uint*)(map->Data + ((uint)position & map->Mask));

    private static void CopyIn(MapHeader* map, ulong position, byte* from, uint bytes)
    {
        uint at = (uint)position & map->Mask;
        uint first = Math.Min(bytes, map->Mask + 1 - at);
        MapOperations.Copy(map->Data + at, from, first);
        MapOperations.Copy(map->Data, from + first, bytes - first);
    }
}
