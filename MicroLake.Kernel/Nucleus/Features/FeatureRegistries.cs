using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Features;

/// <summary>
/// The registries that there are. A handle is a place in the table and the registry's generation, so that a stale one is refused. A place's
/// memory is taken when it is first used and kept: who comes late with a handle looks at memory that is still a registry's.
/// </summary>
internal static unsafe class FeatureRegistries
{
    /// <summary>Most registries at a time.</summary>
    public const int Maximum = 32;

    private const int IndexBits = 5;

    private struct Table
    {
        public fixed ulong Places[Maximum];
    }

    private static Table s_table;
    private static uint s_busy;

    /// <summary>LAKE's create_registry.</summary>
    /// <param name="description">Name, number of fields, vectors that each ring keeps (a power of two).</param>
    /// <param name="fields">Kernel memory; each field's place in a vector is filled in.</param>
    /// <param name="handle">What names it from now on.</param>
    /// <returns>
    /// <see cref="Status.InvalidArgument"/> for a description that is none; <see cref="Status.AlreadyExists"/> for a name in use;
    /// <see cref="Status.LimitReached"/> when the table is full; <see cref="Status.OutOfMemory"/>; <see cref="Status.WouldBlock"/>
    /// while another processor makes or ends a registry.
    /// </returns>
    public static Status Create(FeatureRegistryState* description, FeatureField* fields, uint* handle)
    {
        ulong capacity = description->Capacity;
        if (description->Name[0] == 0 || capacity < FeatureRegistry.FewestVectors || capacity > FeatureRegistry.MostVectors
            || (capacity & (capacity - 1)) != 0)
            return Status.InvalidArgument;
        description->Values = FeatureRegistry.Layout(fields, (int)description->Fields);
        description->Rings = (uint)Processors.Count;
        if (description->Values == 0)
            return Status.InvalidArgument;
        if (Interlocked.CompareExchange(ref s_busy, 1u, 0u) != 0)
            return Status.WouldBlock;
        Status status = CreateAlone(description, fields, handle);
        Volatile.Write(ref s_busy, 0);
        return status;
    }

    /// <summary>
    /// LAKE's destroy_registry. <see cref="Status.WouldBlock"/>: somebody is in a capture, or makes or ends a registry; nothing has changed.
    /// </summary>
    public static Status Destroy(uint handle)
    {
        if (Interlocked.CompareExchange(ref s_busy, 1u, 0u) != 0)
            return Status.WouldBlock;
        Status status = Status.BadHandle;
        FeatureRegistry* registry = At(handle);
        if (registry != null && registry->IsOpen && registry->Generation == handle >> IndexBits)
            status = DestroyAlone(registry);
        Volatile.Write(ref s_busy, 0);
        return status;
    }

    /// <summary>The handle of a registry by its name; 0: there is none.</summary>
    public static uint Find(byte* name)
    {
        for (uint i = 0; i < Maximum; i++)
        {
            FeatureRegistry* registry = At(i);
            if (registry == null)
                continue;
            uint generation = registry->Generation;
            if (!FeatureRegistry.TryEnterReader(registry, generation))
                continue;
            bool found = FeatureRegistry.HasName(registry, name);
            FeatureRegistry.LeaveReader(registry);
            if (found)
                return generation << IndexBits | i;
        }

        return 0;
    }

    /// <summary>The state of the registry in a place of the table. False: there is none.</summary>
    public static bool TryDescribe(uint place, FeatureRegistryState* state)
    {
        FeatureRegistry* registry = place < Maximum ? At(place) : null;
        if (registry == null)
            return false;
        uint generation = registry->Generation;
        if (!FeatureRegistry.TryEnterReader(registry, generation))
            return false;
        FeatureRegistry.Describe(registry, state);
        state->Handle = generation << IndexBits | place;
        FeatureRegistry.LeaveReader(registry);
        return true;
    }

    /// <summary>Begins a vector on this processor; null: dropped, or the handle is stale.</summary>
    public static FeatureVector* Begin(uint handle)
    {
        FeatureRegistry* registry = At(handle);
        // A thread that moves now begins its vector in the ring of the processor that it was on, which does no harm.
        return registry == null
            ? null
            : FeatureRegistry.Begin(registry, handle >> IndexBits, Processor.CurrentCpu()->Index, Processor.ReadTimeStamp());
    }

    /// <summary>Ends the capture: the vector of a <see cref="Begin"/> with this handle is whole.</summary>
    public static void Commit(uint handle, FeatureVector* vector) => FeatureRegistry.Commit(At(handle), vector, Processor.ReadTimeStamp());

    public static void Abandon(uint handle, FeatureVector* vector) => FeatureRegistry.Abandon(At(handle), vector);

    public static void Increment(uint handle, FeatureVector* vector, int offset, long by) =>
        FeatureRegistry.Increment(At(handle), vector, offset, by);

    /// <summary>Copies committed vectors of a ring (<see cref="FeatureRing.Read"/>), times in nanoseconds; -1: the handle is stale.</summary>
    public static int Read(uint handle, uint ring, ulong* position, byte* target, int count)
    {
        FeatureRegistry* registry = At(handle);
        if (registry == null || !FeatureRegistry.TryEnterReader(registry, handle >> IndexBits))
            return -1;
        int read = ring < registry->RingCount ? FeatureRegistry.Ring(registry, ring)->Read(ref *position, target, count) : 0;
        ulong stride = FeatureRing.StrideOf(registry->Values);
        FeatureRegistry.LeaveReader(registry);
        for (int i = 0; i < read; i++)
        {
            var vector = (FeatureVector*)(target + (ulong)i * stride);
            vector->BegunAt = Clock.MonotonicAt(vector->BegunAt);
            vector->CommittedAt = Clock.MonotonicAt(vector->CommittedAt);
        }

        return read;
    }

    /// <summary>Copies the description of a field. False: the handle is stale, or there is no such field.</summary>
    public static bool TryField(uint handle, int index, FeatureField* field)
    {
        FeatureRegistry* registry = At(handle);
        if (registry == null || !FeatureRegistry.TryEnterReader(registry, handle >> IndexBits))
            return false;
        bool found = FeatureRegistry.TryField(registry, index, field);
        FeatureRegistry.LeaveReader(registry);
        return found;
    }

    /// <summary>LAKE's truncate_features: forgets what was committed before a time in nanoseconds since the boot.</summary>
    public static Status Truncate(uint handle, ulong before)
    {
        FeatureRegistry* registry = At(handle);
        uint generation = handle >> IndexBits;
        if (registry == null || !FeatureRegistry.TryEnterReader(registry, generation))
            return Status.BadHandle;
        ulong ticks = Clock.TimeStampAt(before);
        for (uint i = 0; i < registry->RingCount; i++)
            FeatureRegistry.Ring(registry, i)->Truncate(ticks);
        FeatureRegistry.LeaveReader(registry);
        return Status.Ok;
    }

    private static FeatureRegistry* At(uint handle)
    {
        fixed (Table* table = &s_table)
            return (FeatureRegistry*)Volatile.Read(ref table->Places[handle & (Maximum - 1)]);
    }

    private static Status CreateAlone(FeatureRegistryState* description, FeatureField* fields, uint* handle)
    {
        if (Find(description->Name) != 0)
            return Status.AlreadyExists;
        uint place = 0;
        while (place < Maximum && At(place) != null && At(place)->IsOpen)
            place++;
        if (place == Maximum)
            return Status.LimitReached;
        if (At(place) == null && !TryAddPlace(place))
            return Status.OutOfMemory;
        FeatureRegistry* registry = At(place);
        ulong pages = PagesOf(FeatureRegistry.BytesOfPlaces(description->Rings, description->Capacity, description->Values));
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return Status.OutOfMemory;
        byte* vectors = DirectMap.Pointer(physical);
        Processor.ZeroPages(vectors, pages);
        FeatureRegistry.Open(registry, description, fields, vectors, Clock.Monotonic());
        *handle = registry->Generation << IndexBits | place;
        return Status.Ok;
    }

    private static Status DestroyAlone(FeatureRegistry* registry)
    {
        if (!FeatureRegistry.TryClose(registry))
        {
            FeatureRegistry.Reopen(registry);
            return Status.WouldBlock;
        }

        PhysicalMemory.FreeContiguous(DirectMap.Physical(registry->Places), PagesOf(registry->PlaceBytes));
        return Status.Ok;
    }

    private static bool TryAddPlace(uint place)
    {
        const ulong pages = FeatureRegistry.Bytes / PageTable.PageBytes;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return false;
        byte* memory = DirectMap.Pointer(physical);
        Processor.ZeroPages(memory, pages);
        fixed (Table* table = &s_table)
            Volatile.Write(ref table->Places[place], (ulong)memory);
        return true;
    }

    private static ulong PagesOf(ulong bytes) => (bytes + PageTable.PageBytes - 1) / PageTable.PageBytes;
}
