using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>A stack of the nucleus: present from the start, because its users may not fault, above a page that nobody may touch.</summary>
internal struct KernelStack
{
    /// <summary>The guard page's first byte; the stack is [<see cref="Low"/>, <see cref="High"/>).</summary>
    public ulong Guard, Low, High;

    /// <summary>Gives a stack back that nobody is on.</summary>
    public static unsafe void Free(KernelStack* stack) => _ = KernelAddressSpace.Release(stack->Guard, stack->High - stack->Guard);

    /// <summary>Takes addresses and frames for <paramref name="bytes"/>, a multiple of 4 KiB. False: no memory.</summary>
    public static bool TryAllocate(ulong bytes, out KernelStack stack)
    {
        Status status = KernelAddressSpace.Reserve(bytes + PageTable.PageBytes, PageTable.PageBytes, Protection.None, true, out ulong guard);
        stack.Guard = guard;
        stack.Low = guard + PageTable.PageBytes;
        stack.High = stack.Low + bytes;
        if (status != Status.Ok)
            return false;
        if (KernelAddressSpace.Protect(stack.Low, bytes, Protection.Read | Protection.Write) == Status.Ok
            && KernelAddressSpace.EnsurePresent(stack.Low, bytes))
            return true;
        _ = KernelAddressSpace.Release(guard, stack.High - guard);
        return false;
    }
}
