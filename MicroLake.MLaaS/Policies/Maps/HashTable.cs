namespace MicroLake.Policies.Maps;

/// <summary>A place of a hash map: state, then the key (padded to 8 bytes), then the value.</summary>
internal struct HashSlot
{
    public const uint Empty = 0;
    public const uint Full = 1;

    /// <summary>Was full: those behind it are still found.</summary>
    public const uint Deleted = 2;

    public uint State;
    public uint Hash;
}

/// <summary>
/// Open addressing with linear probing in twice as many slots as entries. Values never move, because programs hold their addresses. Finding takes
/// no lock; a value that is deleted while a program uses it may become another key's, as in Linux's preallocated maps.
/// </summary>
internal static unsafe class HashTable
{
    public static int SlotBytes(int keyBytes, int valueBytes) => sizeof(HashSlot) + Padded(keyBytes) + Padded(valueBytes);

    public static byte* Key(HashSlot* slot) => (byte*)(slot + 1);

    public static byte* Value(MapHeader* map, HashSlot* slot) => Key(slot) + Padded(map->KeyBytes);

    public static HashSlot* Slot(MapHeader* map, uint index) => (HashSlot*)(map->Data + (nuint)index * (uint)map->Stride);

    public static HashSlot* Find(MapHeader* map, byte* key)
    {
        uint hash = Hash(key, map->KeyBytes);
        for (uint i = 0; i <= map->Mask; i++)
        {
            HashSlot* slot = Slot(map, (hash + i) & map->Mask);
            uint state = Volatile.Read(ref slot->State);
            if (state == HashSlot.Empty)
                return null;
            if (state == HashSlot.Full && slot->Hash == hash && Equal(Key(slot), key, map->KeyBytes))
                return slot;
        }

        return null;
    }

    /// <summary>The caller holds the map's lock.</summary>
    public static long Update(MapHeader* map, byte* key, byte* value, ulong flags)
    {
        HashSlot* slot = Find(map, key);
        if (slot != null)
        {
            if (flags == MapOperations.OnlyNew)
                return MapOperations.Exists;
            MapOperations.Copy(Value(map, slot), value, (uint)map->ValueBytes);
            return 0;
        }

        if (flags == MapOperations.OnlyOld)
            return MapOperations.NoEntry;
        if (map->Count == map->Entries)
            return MapOperations.TooBig;
        uint hash = Hash(key, map->KeyBytes);
        uint index = hash;
        // Half of the slots are never full, so there is one.
        while (Slot(map, index & map->Mask)->State == HashSlot.Full)
            index++;
        slot = Slot(map, index & map->Mask);
        slot->Hash = hash;
        MapOperations.Copy(Key(slot), key, (uint)map->KeyBytes);
        MapOperations.Copy(Value(map, slot), value, (uint)map->ValueBytes);
        map->Count++;
        Volatile.Write(ref slot->State, HashSlot.Full);
        return 0;
    }

    /// <summary>The caller holds the map's lock.</summary>
    public static long Delete(MapHeader* map, byte* key)
    {
        HashSlot* slot = Find(map, key);
        if (slot == null)
            return MapOperations.NoEntry;
        Volatile.Write(ref slot->State, HashSlot.Deleted);
        map->Count--;
        // Deleted slots in front of an empty one lead nowhere: without this, searches would grow longer for ever.
        uint index = (uint)(((byte*)slot - map->Data) / map->Stride);
        if (Slot(map, (index + 1) & map->Mask)->State == HashSlot.Empty)
            for (; Slot(map, index)->State == HashSlot.Deleted; index = (index - 1) & map->Mask)
                Volatile.Write(ref Slot(map, index)->State, HashSlot.Empty);
        return 0;
    }

    /// <summary>Keys that are there, counted anew.</summary>
    public static int CountFull(MapHeader* map)
    {
        int count = 0;
        for (uint i = 0; i <= map->Mask; i++)
            count += Slot(map, i)->State == HashSlot.Full ? 1 : 0;
        return count;
    }

    /// <summary>FNV-1a with a last mix, because slots are chosen by the low bits.</summary>
    private static uint Hash(byte* key, int bytes)
    {
        uint hash = 2166136261;
        for (int i = 0; i < bytes; i++)
            hash = (hash ^ key[i]) * 16777619;
        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        return hash ^ (hash >> 13);
    }

    private static bool Equal(byte* a, byte* b, int bytes)
    {
        for (int i = 0; i < bytes; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }

    private static int Padded(int bytes) => (bytes + 7) & ~7;
}
