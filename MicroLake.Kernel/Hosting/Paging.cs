using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting;

/// <summary>Private pages of processes and the swap disk, as the pager moves them: the nucleus's calls behind spans. Memory that is passed has been touched.</summary>
public static unsafe class Paging
{
    /// <summary>Begins paging to a disk of so many slots, the one of its header included.</summary>
    public static Status Begin(long slots) => KernelCall.SwapBegin((ulong)slots);

    /// <summary>Nothing is promised beyond the frames any more. False: more is promised already, and it is not forced.</summary>
    public static bool EndPromises(bool force) => KernelCall.SwapEndPromises(force ? 1 : 0) == Status.Ok;

    /// <summary>Ends paging. False: something is on the disk.</summary>
    public static bool TryEnd() => KernelCall.SwapEnd() == Status.Ok;

    public static SwapInformation Information()
    {
        SwapInformation information;
        KernelCall.SwapInformation(&information);
        return information;
    }

    /// <summary>Waits for something to do, no longer than that.</summary>
    public static void Wait(TimeSpan most, bool wantsRoom, out uint owner, out ulong page, out long room)
    {
        uint who;
        ulong where, wanted;
        KernelCall.SwapWait(Ipc.Now + (ulong)most.Ticks * 100, wantsRoom ? 1 : 0, &who, &where, &wanted);
        owner = who;
        page = where;
        room = (long)wanted;
    }

    public static void Wake() => KernelCall.SwapWake();

    public static int TakeSlots(int most, out long first)
    {
        ulong found;
        var count = (int)KernelCall.SwapTakeSlots((ulong)most, &found);
        first = (long)found;
        return count;
    }

    public static void GiveSlots(long first, int count) => KernelCall.SwapGiveSlots((ulong)first, (ulong)count);

    /// <summary>Pages of the process at a place, with the lowest bit for those that were used. -1: no more there; -2: no such place.</summary>
    public static int Collect(int place, ref ulong address, bool swapped, Span<ulong> pages, out uint owner)
    {
        uint who;
        ulong at = address;
        int count;
        fixed (ulong* first = pages)
            count = KernelCall.SwapCollect(place, &at, swapped ? 1 : 0, first, pages.Length, &who);
        address = at;
        owner = who;
        return count;
    }

    public static int BeginLeaving(uint owner, Span<ulong> pages, Span<byte> data)
    {
        fixed (ulong* first = pages)
        fixed (byte* bytes = data)
            return KernelCall.SwapBeginLeaving(owner, first, pages.Length, bytes);
    }

    public static void EndLeaving(uint owner, ReadOnlySpan<ulong> pages, long slot)
    {
        fixed (ulong* first = pages)
            KernelCall.SwapEndLeaving(owner, first, pages.Length, (ulong)slot);
    }

    public static long Find(uint owner, ulong page, int most, out int count)
    {
        int found;
        ulong slot = KernelCall.SwapFind(owner, page, most, &found);
        count = found;
        return (long)slot;
    }

    public static bool Bring(uint owner, ulong page, long slot, int count, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
            return KernelCall.SwapBring(owner, page, (ulong)slot, count, bytes) != Status.OutOfMemory;
    }

    public static void Complete(uint owner, ulong page, int count) => KernelCall.SwapComplete(owner, page, count);

    public static void GiveUp(uint owner, string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        fixed (byte* bytes = text)
            KernelCall.SwapGiveUp(owner, bytes, text.Length);
    }
}
