using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>Stacks of threads: those of the kernel are charged by what they touch, and those of threads that have ended are kept for the next.</summary>
internal unsafe partial struct AddressSpace
{
    /// <summary>Pages that every thread of the kernel touches: its control block with what is static to it, and the first two of its stack.</summary>
    private const ulong FirstStackPages = 3;

    /// <summary>A stack that has more pages than this is not kept: few threads need them.</summary>
    private const ulong MostKeptPages = 16;

    /// <summary>
    /// Gives up a stack that nobody is on, with the guard page at its low end: it is kept for a later <see cref="Reserve"/> of the same length,
    /// which makes an older one free, or made free itself.
    /// </summary>
    public static Status KeepStack(AddressSpace* space, ulong start, ulong length)
    {
        uint interrupts = Acquire(space);
        bool isKept = IsRange(space, start, length) && length % PageTable.PageBytes == 0 && IsStack(space, start, length)
            && !IsDeep(space, start, length);
        bool isAnyToGo = !isKept || (!space->_stacks.Put(ref start, ref length) && (!space->IsUser || IsStack(space, start, length)));
        Release(space, interrupts);
        return isAnyToGo ? Free(space, start, length) : Status.Ok;
    }

    /// <summary>
    /// Takes the frames of the first pages of a kernel's stack, from its high end on: a thread that cannot be had is refused when it is made, and not by a fault
    /// that nobody can resolve. Anything else is left alone. On an error the range is as it was, but accessible.
    /// </summary>
    private static Status BeginStack(AddressSpace* space, ulong start, ulong length)
    {
        if (!space->_regions.TryFind(start, out Region region) || region.Kind != Stack)
            return Status.Ok;
        ulong pages = length / PageTable.PageBytes;
        if (pages > FirstStackPages)
            pages = FirstStackPages;
        while (!CommitCharge.IsKeptLeft(pages))
            if (!TryGiveUpStack(space))
                return Status.OutOfMemory;
        for (ulong page = start + length - pages * PageTable.PageBytes; page < start + length; page += PageTable.PageBytes)
            if (MakePresent(space, region, page) != FaultResolution.Present)
                return Status.OutOfMemory;
        return Status.Ok;
    }

    /// <summary>A kernel's stack has one more page. It is there already, whatever is promised: others get so much less.</summary>
    private static void TakeStackPage(AddressSpace* space)
    {
        space->StackPages++;
        CommitCharge.TakeAnyway(1);
    }

    /// <summary>An inaccessible page, and above it, to the end of the range, memory of a stack that may be written.</summary>
    private static bool IsStack(AddressSpace* space, ulong start, ulong length) =>
        space->_regions.TryFind(start, out Region guard) && guard.Kind == Stack && guard.Protection == Protection.None
        && space->_regions.TryFind(start + PageTable.PageBytes, out Region stack) && stack.Kind == Stack
        && stack.Protection == (Protection.Read | Protection.Write) && stack.End - start >= length;

    /// <summary>Whether more pages of a stack were touched than are worth keeping: they are touched from its high end on.</summary>
    private static bool IsDeep(AddressSpace* space, ulong start, ulong length)
    {
        if (length <= (MostKeptPages + 1) * PageTable.PageBytes)
            return false;
        ulong* entry = PageTable.Find(space->Root, start + length - (MostKeptPages + 1) * PageTable.PageBytes);
        return entry != null && (*entry & PageTable.AddressMask) != 0;
    }

    /// <summary>Makes a kept stack free. False: none is kept.</summary>
    private static bool TryGiveUpStack(AddressSpace* space)
    {
        ulong length = 0;
        if (!space->_stacks.TryTake(ref length, out ulong start))
            return false;
        // The process may have put something else there meanwhile.
        if (IsStack(space, start, length))
            _ = RemoveLocked(space, start, length);
        return true;
    }
}
