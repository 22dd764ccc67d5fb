using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Storage.Swap;

namespace MicroLake.Kernel;

/// <summary>The memory of processes, for the pager.</summary>
internal sealed class KernelSwapMemory : SwapMemory
{
    /// <summary>How long the pager waits that has found nothing more to write, before it looks again.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private readonly ulong[] _pages = GC.AllocateArray<ulong>(256, pinned: true);

    public override long Room => Paging.Information().Room;

    public override long ShortRoom => (long)Paging.Information().ShortRoom;

    public override SwapWork Wait(bool wantsRoom)
    {
        Paging.Wait(wantsRoom ? s_long : s_pause, wantsRoom, out uint owner, out ulong page, out long room);
        return new SwapWork(owner, page, room);
    }

    public override void Wake() => Paging.Wake();

    public override int Collect(SwapPlace place, bool swapped, Span<SwapCandidate> pages, out uint owner)
    {
        ulong address = place.Address;
        int count = Paging.Collect(place.Process, ref address, swapped, _pages.AsSpan(0, Math.Min(_pages.Length, pages.Length)), out owner);
        place.Address = address;
        if (count < 0)
        {
            place.Address = 0;
            place.Process = count == -1 ? place.Process + 1 : 0;
            place.Rounds += count == -1 ? 0 : 1;
            return 0;
        }

        for (int i = 0; i < count; i++)
            pages[i] = new SwapCandidate(_pages[i] & ~1ul, (_pages[i] & 1) != 0);
        return count;
    }

    public override int BeginLeaving(uint owner, Span<ulong> pages, Span<byte> data) => Paging.BeginLeaving(owner, pages, data);

    public override void EndLeaving(uint owner, ReadOnlySpan<ulong> pages, long slot) => Paging.EndLeaving(owner, pages, slot);

    public override long Find(uint owner, ulong page, int most, out int count) => Paging.Find(owner, page, most, out count);

    public override bool Bring(uint owner, ulong page, long slot, ReadOnlySpan<byte> data) =>
        Paging.Bring(owner, page, slot, data.Length / SwapFormat.PageBytes, data);

    public override void Complete(uint owner, ulong page, int count) => Paging.Complete(owner, page, count);

    public override void GiveUp(uint owner, string reason) => Paging.GiveUp(owner, reason);

    public override int TakeSlots(int most, out long first) => Paging.TakeSlots(most, out first);

    public override void GiveSlots(long first, int count) => Paging.GiveSlots(first, count);

    public override void EndPromises() => _ = Paging.EndPromises(force: true);

    public override bool TryEnd() => Paging.TryEnd();
}
