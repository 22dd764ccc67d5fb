using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Policies.Execution;

namespace MicroLake.Policies.Maps;

/// <summary>
/// A map and its memory, which stays where it is until <see cref="Dispose"/>, and is all touched: programs that run with interrupts off may not
/// meet a page fault. The embedder disposes of maps after the last program that uses them has run.
/// </summary>
public sealed unsafe class PolicyMap : IDisposable
{
    private const int Alignment = 64;

    private readonly nuint _bytes;
    private MapHeader* _header;

    private PolicyMap(MapDefinition definition, MapHeader* header, nuint bytes)
    {
        Definition = definition;
        _bytes = bytes;
        _header = header;
    }

    public MapDefinition Definition { get; }

    /// <summary>Keys in a hash map.</summary>
    public int Count => Header->Count;

    /// <summary>Records that a ring buffer had no room for.</summary>
    public ulong Dropped => Volatile.Read(ref Header->Dropped);

    internal MapHeader* Header => _header != null ? _header : throw new ObjectDisposedException(Definition.Name);

    /// <summary>All values, with what lies between them.</summary>
    internal MemoryRegion Values => new((ulong)Header->Data, _bytes, !Definition.IsReadOnly);

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
        return new PolicyMap(definition, header, (nuint)bytes);
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

    /// <summary>A map of its own with what this one holds. Programs may go on meanwhile: what they change just then is there or not.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    internal PolicyMap Copy()
    {
        PolicyMap copy = Create(Definition, Header->Processors, Header->Processor);
        copy.CopyFrom(this, offset: 0);
        return copy;
    }

    /// <summary>An empty map like this one, without the values of more than one processor.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    internal PolicyMap MakeForOneProcessor() => Create(
        Definition.Kind != MapKind.PerProcessorArray
            ? Definition
            : new(Definition.Name, MapKind.Array, Definition.KeyBytes, Definition.ValueBytes, Definition.Entries, Definition.IsReadOnly),
        1, Header->Processor);

    /// <summary>Takes over what a map holds that this one was made for (<see cref="MakeForOneProcessor"/>): of each processor's values, those of one.</summary>
    internal void CopyFrom(PolicyMap other, uint processor) =>
        CopyFrom(other, other.Definition.Kind == MapKind.PerProcessorArray ? processor % (uint)other.Header->Processors * _bytes : 0);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_header);
        _header = null;
    }

    private void CopyFrom(PolicyMap other, nuint offset)
    {
        MapHeader* to = Header, from = other.Header;
        to->Consumed = Volatile.Read(ref from->Consumed);
        to->Produced = Volatile.Read(ref from->Produced);
        to->Dropped = from->Dropped;
        NativeMemory.Copy(from->Data + offset, to->Data, _bytes);
        // The keys that were copied, be it while programs changed them: at most as many as have room.
        to->Count = Math.Min(Definition.Kind == MapKind.Hash ? HashTable.CountFull(to) : 0, to->Entries);
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
