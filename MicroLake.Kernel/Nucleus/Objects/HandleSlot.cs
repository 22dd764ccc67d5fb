using MicroLake.Abi;

namespace MicroLake.Nucleus.Objects;

/// <summary>An entry of a <see cref="HandleTable"/>: 32 bytes.</summary>
internal unsafe struct HandleSlot
{
    private const int TypeShift = 24;

    /// <summary>The handle's value; 0 while the slot is free. Written last and cleared first: who reads without the lock looks twice.</summary>
    public uint Handle;

    /// <summary>Type of the object in the top byte, rights below.</summary>
    public uint Access;

    /// <summary>The object, or <see cref="GoneObject"/> once the handle is gone.</summary>
    public KernelObject* Object;

    /// <summary>What the receiver of a call through this handle learns.</summary>
    public ulong Badge;

    /// <summary>Number of the handle in this slot before the present one, or before the next.</summary>
    public ushort Generation;

    /// <summary>The free slot behind this one.</summary>
    public ushort NextFree;

    public readonly ObjectType Type => (ObjectType)(Access >> TypeShift);

    public readonly HandleRights Rights => (HandleRights)(Access & ((1u << TypeShift) - 1));

    /// <summary>Whether the object is of that type and the handle has all of these rights.</summary>
    public readonly bool Allows(ObjectType type, HandleRights rights) =>
        (Access & Pack((ObjectType)0xff, rights)) == Pack(type, rights);

    /// <summary>Type and rights in one word, as <see cref="Access"/> holds them.</summary>
    public static uint Pack(ObjectType type, HandleRights rights) => ((uint)type << TypeShift) | (uint)rights;
}
