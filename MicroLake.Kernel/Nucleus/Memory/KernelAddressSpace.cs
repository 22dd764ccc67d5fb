using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The supervisor-only window at the top of the low half, shared by all address spaces: the managed heap, stacks and the platform's own
/// allocations. The collector keeps signed values in pointer fields, so the heap may not lie in the higher half.
/// </summary>
internal static unsafe class KernelAddressSpace
{
    public const ulong WindowStart = 0x6000_0000_0000;

    /// <summary>2 TiB: the top-level entries of the window are made at the boot, so that every process can share them.</summary>
    public const ulong WindowEnd = 0x6200_0000_0000;

    private static AddressSpace s_space;

    public static AddressSpace* Space
    {
        get
        {
            // Static data of the image does not move.
            fixed (AddressSpace* space = &s_space)
                return space;
        }
    }

    public static void Initialize()
    {
        CommitCharge.Initialize();
        AddressSpace.Initialize(Space, KernelPageTable.Root, WindowStart, WindowEnd, 0, ulong.MaxValue);
    }

    /// <inheritdoc cref="AddressSpace.Reserve"/>
    public static Status Reserve(ulong length, ulong alignment, Protection protection, bool isStack, out ulong start) =>
        AddressSpace.Reserve(Space, length, alignment, protection, isStack, out start);

    /// <inheritdoc cref="AddressSpace.Protect"/>
    public static Status Protect(ulong start, ulong length, Protection protection) => AddressSpace.Protect(Space, start, length, protection);

    /// <summary>Gives up the stack of a thread that has ended.</summary>
    public static Status KeepStack(ulong start, ulong length) => AddressSpace.KeepStack(Space, start, length);

    /// <inheritdoc cref="AddressSpace.Free"/>
    public static Status Release(ulong start, ulong length) => AddressSpace.Free(Space, start, length);

    /// <inheritdoc cref="AddressSpace.TryResolve"/>
    public static bool TryResolve(ulong address, bool write, bool execute) => AddressSpace.TryResolve(Space, address, write, execute);

    /// <inheritdoc cref="AddressSpace.EnsurePresent"/>
    public static bool EnsurePresent(ulong start, ulong length) => AddressSpace.EnsurePresent(Space, start, length);
}
