using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Abi;

namespace MicroLake.Nucleus.Features;

/// <summary>
/// A set of features that are captured together, and the rings of the last vectors. Its own memory, rings among it, stays where it is,
/// whatever becomes of the registry; the places for vectors come and go with it.
/// </summary>
/// <remarks>
/// A ring counts who begins and who is done, the registry who reads: places go only when nobody is inside. All operations work on memory
/// that they are given and may be called anywhere but in an NMI.
/// </remarks>
public unsafe struct FeatureRegistry
{
    /// <summary>Most rings: one a processor.</summary>
    public const int MaxRings = 64;

    /// <summary>Most values of a vector.</summary>
    public const uint MaxValues = 64;

    /// <summary>Fewest and most vectors of a ring.</summary>
    public const ulong FewestVectors = 16;
    public const ulong MostVectors = 1 << 16;

    /// <summary>Bytes of a registry without its places.</summary>
    public const ulong Bytes = 8192;

    private const ulong RingsOffset = Bytes - MaxRings * FeatureRing.Bytes;
    private const ulong FieldsOffset = 1024;

    /// <summary>The generation in the upper bits; 1 in the lowest while it is open.</summary>
    private ulong _open;

    private ulong _readers;
    private uint _fieldCount;
    private uint _values;
    private uint _ringCount;
    private uint _padding;
    private ulong _capacity;
    private ulong _createdAt;
    private byte* _places;
    private FeatureRegistryState _name;
    private fixed long _running[(int)MaxValues];

    /// <summary>Generation of the registry in this memory: those before it are gone.</summary>
    public readonly uint Generation => (uint)(_open >> 1);

    public bool IsOpen => (Volatile.Read(ref _open) & 1) != 0;

    public readonly uint Values => _values;

    public readonly uint RingCount => _ringCount;

    /// <summary>The memory given to <see cref="Open"/>.</summary>
    public readonly byte* Places => _places;

    public readonly ulong PlaceBytes => BytesOfPlaces(_ringCount, _capacity, _values);

    /// <summary>Bytes for the vectors of all rings.</summary>
    public static ulong BytesOfPlaces(uint rings, ulong capacity, uint values) => rings * capacity * FeatureRing.StrideOf(values);

    /// <summary>The ring of a processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FeatureRing* Ring(FeatureRegistry* registry, uint index) =>
        (FeatureRing*)((byte*)registry + RingsOffset + (ulong)index * FeatureRing.Bytes);

    /// <summary>Checks a description of fields and gives each its place in a vector.</summary>
    /// <returns>Values of a vector; 0 when the description is none.</returns>
    public static uint Layout(FeatureField* fields, int count)
    {
        if (count is < 1 or > FeatureField.Maximum)
            return 0;
        uint values = 0;
        for (int i = 0; i < count; i++)
        {
            FeatureField* field = fields + i;
            if (field->Name[0] == 0 || field->Kind > FeatureKind.Counter || field->Elements is 0 or > FeatureField.MaxElements
                || field->History is 0 or > FeatureField.MaxHistory || (field->Elements > 1 && (field->History > 1 || field->Kind == FeatureKind.Counter)))
                return 0;
            field->Offset = values;
            values += field->Elements;
        }

        return values <= MaxValues ? values : 0;
    }

    /// <summary>Opens a new generation; nobody may be inside, and fields have their layout.</summary>
    /// <param name="registry"><see cref="Bytes"/> bytes; zeros before the first generation.</param>
    /// <param name="description">Its name and numbers.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="places"><see cref="BytesOfPlaces"/> bytes of zeros.</param>
    /// <param name="now">Nanoseconds since the boot.</param>
    public static void Open(FeatureRegistry* registry, FeatureRegistryState* description, FeatureField* fields, byte* places, ulong now)
    {
        registry->_fieldCount = description->Fields;
        registry->_values = description->Values;
        registry->_ringCount = description->Rings;
        registry->_capacity = description->Capacity;
        registry->_createdAt = now;
        registry->_name = *description;
        registry->_places = places;
        for (int i = 0; i < (int)description->Fields; i++)
            Fields(registry)[i] = fields[i];
        for (uint i = 0; i < MaxValues; i++)
            registry->_running[i] = 0;
        uint generation = registry->Generation + 1;
        for (uint i = 0; i < registry->_ringCount; i++, places += description->Capacity * FeatureRing.StrideOf(description->Values))
            Ring(registry, i)->Open(places, description->Capacity, description->Values, generation);
        Volatile.Write(ref registry->_open, (ulong)generation << 1 | 1);
    }

    /// <summary>
    /// Lets nobody in any more. True once nobody is inside: the memory of the places may be taken back. Otherwise
    /// <see cref="Reopen"/> takes it back.
    /// </summary>
    public static bool TryClose(FeatureRegistry* registry)
    {
        _ = Interlocked.And(ref registry->_open, ~1ul);
        bool quiet = Volatile.Read(ref registry->_readers) == 0;
        for (uint i = 0; i < registry->_ringCount; i++)
        {
            Ring(registry, i)->Close();
            quiet &= Ring(registry, i)->IsQuiet;
        }

        return quiet;
    }

    /// <summary>Takes <see cref="TryClose"/> back.</summary>
    public static void Reopen(FeatureRegistry* registry)
    {
        for (uint i = 0; i < registry->_ringCount; i++)
            Ring(registry, i)->Reopen(registry->Generation);
        _ = Interlocked.Or(ref registry->_open, 1);
    }

    /// <summary>Keeps the places where they are until <see cref="LeaveReader"/>. False: the generation is not open.</summary>
    public static bool TryEnterReader(FeatureRegistry* registry, uint generation)
    {
        _ = Interlocked.Increment(ref registry->_readers);
        if (Volatile.Read(ref registry->_open) == ((ulong)generation << 1 | 1))
            return true;
        LeaveReader(registry);
        return false;
    }

    public static void LeaveReader(FeatureRegistry* registry) => Interlocked.Decrement(ref registry->_readers);

    /// <summary>LAKE's begin_fv_capture: a new vector, counters with their values, all else 0. Null: dropped, or the generation is not open.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="generation">Which of those in this memory.</param>
    /// <param name="ring">The processor's index.</param>
    /// <param name="now">The time-stamp counter.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FeatureVector* Begin(FeatureRegistry* registry, uint generation, uint ring, ulong now)
    {
        FeatureVector* vector = Ring(registry, ring)->Begin(generation);
        if (vector == null)
            return null;
        vector->Ring = ring;
        vector->BegunAt = now;
        long* from = registry->_running, to = (long*)(vector + 1), end = to + registry->_values;
        // A place holds whole groups of four values.
        for (; to < end; to += 4, from += 4)
        {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = from[2];
            to[3] = from[3];
        }

        return vector;
    }

    /// <summary>LAKE's capture_feature.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Capture(FeatureVector* vector, int offset, long value) => ((long*)(vector + 1))[offset] = value;

    /// <summary>LAKE's capture_feature_incr: the counter changes for this vector and all that begin later.</summary>
    public static void Increment(FeatureRegistry* registry, FeatureVector* vector, int offset, long by) =>
        ((long*)(vector + 1))[offset] = Interlocked.Add(ref registry->_running[offset], by);

    /// <summary>LAKE's commit_fv_capture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Commit(FeatureRegistry* registry, FeatureVector* vector, ulong now)
    {
        FeatureRing* ring = Ring(registry, vector->Ring);
        vector->CommittedAt = now;
        ring->Commit(vector);
    }

    /// <summary>Ends a capture without a vector.</summary>
    public static void Abandon(FeatureRegistry* registry, FeatureVector* vector) => Ring(registry, vector->Ring)->Abandon(vector);

    /// <summary>Fills the state; the caller is inside, or keeps the registry from being closed.</summary>
    public static void Describe(FeatureRegistry* registry, FeatureRegistryState* state)
    {
        *state = registry->_name;
        state->CreatedAt = registry->_createdAt;
        state->Begun = 0;
        state->Dropped = 0;
        state->Overwritten = 0;
        for (uint i = 0; i < registry->_ringCount; i++)
        {
            state->Begun += Ring(registry, i)->Begun;
            state->Dropped += Ring(registry, i)->Dropped;
            state->Overwritten += Ring(registry, i)->Overwritten;
        }
    }

    /// <summary>Copies the description of a field. False: there is none of that index.</summary>
    public static bool TryField(FeatureRegistry* registry, int index, FeatureField* field)
    {
        if (index < 0 || index >= (int)registry->_fieldCount)
            return false;
        *field = Fields(registry)[index];
        return true;
    }

    public static bool HasName(FeatureRegistry* registry, byte* name)
    {
        for (int i = 0; i < FeatureRegistryState.NameBytes; i++)
        {
            if (registry->_name.Name[i] != name[i])
                return false;
            if (name[i] == 0)
                break;
        }

        return true;
    }

    private static FeatureField* Fields(FeatureRegistry* registry) => (FeatureField*)((byte*)registry + FieldsOffset);
}
