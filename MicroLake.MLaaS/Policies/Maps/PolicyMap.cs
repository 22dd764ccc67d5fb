using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroLake.Policies.Maps;

/// <summary>
/// A map and its memory, which stays where it is until <see cref="Dispose"/>, and is all touched: programs that run with interrupts off may not
/// meet a page fault. The embedder disposes of maps after the last program that uses them has run.
/// </summary>
public sealed unsafe class PolicyMap : IDisposable
{
    private const int Alignment = 64;

    private MapHeader* _header;

    private PolicyMap(MapDefinition definition, MapHeader* header)
    {
        Definition = definition;
        _header = header;
    }

    public MapDefinition Definition { get; }

    /// <summary>Keys in a hash map.</summary>
    public int Count => Header->Count;

    /// <summary>Records that a ring buffer had no room for.</summary>
    public ulong Dropped => Volatile.Read(ref Header->Dropped);

    internal MapHeader* Header => _header != null ? _header : throw new ObjectDisposedException(Definition.Name);

    /// <summary>Makes a map with the memory for all of its entries.</summary>
    /// <param name="processors">How many there are, for what each has its own of.</param>
    /// <param name="currentProcessor">Address of code that tells the number of the processor it runs on (<see cref="PolicyEnvironment"/>).</param>
    /// <exception cref="PolicyFormatException">There cannot be such a map.</exception>
    public static PolicyMap Create(MapDefinition definition, int processors, nint currentProcessor)
    {
        definition.Check();
        ulong mask = 0, bytes;
        int stride = definition.Stride;
        switch (definition.Kind)
        {
            case MapKind.Hash:
                stride = HashTable.SlotBytes(definition.KeyBytes, definition.ValueBytes);
                mask = BitOperations.RoundUpToPowerOf2((uint)definition.Entries * 2) - 1;
                bytes = (mask + 1) * (uint)stride;
                break;
            case MapKind.RingBuffer:
                mask = (uint)definition.Entries - 1;
                bytes = (uint)definition.Entries;
                break;
            default:
                bytes = (ulong)definition.Entries * (uint)stride * (definition.Kind == MapKind.PerProcessorArray ? (uint)processors : 1);
                break;
        }

        nuint headerBytes = ((nuint)sizeof(MapHeader) + Alignment - 1) / Alignment * Alignment;
        var header = (MapHeader*)NativeMemory.AlignedAlloc(headerBytes + (nuint)bytes, Alignment);
        NativeMemory.Clear(header, headerBytes + (nuint)bytes);
        header->Kind = definition.Kind;
        header->KeyBytes = definition.KeyBytes;
        header->ValueBytes = definition.ValueBytes;
        header->Entries = definition.Entries;
        header->Stride = stride;
        header->Processors = processors;
        header->Processor = currentProcessor;
        header->Mask = (uint)mask;
        header->Data = (byte*)header + headerBytes;
        return new PolicyMap(definition, header);
    }

    /// <summary>Copies the value of a key out; of a per-processor array, this processor's.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> value)
    {
        CheckSizes(key.Length, value.Length);
        fixed (byte* k = key)
        {
            byte* found = MapOperations.Lookup(Header, k);
            if (found == null)
                return false;
            new ReadOnlySpan<byte>(found, value.Length).CopyTo(value);
            return true;
        }
    }

    /// <summary>Sets the value of a key. False: a hash map that is full, or that is being changed; an index past an array's end.</summary>
    public bool TrySet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckSizes(key.Length, value.Length);
        fixed (byte* k = key, v = value)
            return MapOperations.Update(Header, k, v, MapOperations.Any) == 0;
    }

    /// <summary>Takes a key out of a hash map.</summary>
    public bool TryDelete(ReadOnlySpan<byte> key)
    {
        CheckSizes(key.Length, Definition.ValueBytes);
        fixed (byte* k = key)
            return MapOperations.Delete(Header, k) == 0;
    }

    /// <summary>Takes the oldest record out of a ring buffer. One reader at a time.</summary>
    public bool TryRead(out byte[] record)
    {
        if (Definition.Kind != MapKind.RingBuffer)
            throw new InvalidOperationException($"map '{Definition.Name}' is no ring buffer");
        return RingBuffer.TryRead(Header, out record);
    }

    /// <summary>Keys and values of a hash map or an array, copied one by one while programs go on.</summary>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Entries()
    {
        int places = Definition.Kind switch
        {
            MapKind.Hash => HashSlots(),
            MapKind.RingBuffer => 0,
            _ => Definition.Entries,
        };
        for (int i = 0; i < places; i++)
            if (Entry(i) is { } entry)
                yield return entry;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_header);
        _header = null;
    }

    private int HashSlots() => (int)(Header->Mask + 1);

    private KeyValuePair<byte[], byte[]>? Entry(int index)
    {
        byte[] key = new byte[Definition.KeyBytes], value = new byte[Definition.ValueBytes];
        if (Definition.Kind == MapKind.Hash)
        {
            HashSlot* slot = HashTable.Slot(Header, (uint)index);
            if (Volatile.Read(ref slot->State) != HashSlot.Full)
                return null;
            new ReadOnlySpan<byte>(HashTable.Key(slot), key.Length).CopyTo(key);
            new ReadOnlySpan<byte>(HashTable.Value(Header, slot), value.Length).CopyTo(value);
        }
        else
        {
            Unsafe.WriteUnaligned(ref key[0], index);
            TryGet(key, value);
        }

        return new(key, value);
    }

    private void CheckSizes(int keyBytes, int valueBytes)
    {
        if (keyBytes != Definition.KeyBytes || valueBytes != Definition.ValueBytes)
            throw new ArgumentException($"map '{Definition.Name}' has keys of {Definition.KeyBytes} and values of {Definition.ValueBytes} bytes, not {keyBytes} and {valueBytes}");
    }
}
