namespace MicroLake.Nucleus.Memory;

/// <summary>A range of an address space that shows a part of a memory object. The mapping holds a reference to the object.</summary>
internal unsafe struct ObjectMapping
{
    /// <summary>Null: the slot is free.</summary>
    public MemoryObject* Object;
    public ulong Start, Length;

    /// <summary>Page of the object that <see cref="Start"/> shows.</summary>
    public ulong FirstPage;
}
