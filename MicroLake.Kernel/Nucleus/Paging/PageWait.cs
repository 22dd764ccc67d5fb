using System.Threading;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;
using Thread = MicroLake.Nucleus.Scheduling.Thread;
using ThreadState = MicroLake.Nucleus.Scheduling.ThreadState;

namespace MicroLake.Nucleus.Paging;

/// <summary>
/// Threads that wait for a page that the pager has to bring, or to make room for, and the pager, which waits for them. The list of those threads is the list
/// of requests: who is ended takes its own back.
/// </summary>
/// <remarks>
/// A thread that faults in its process's code, or in a copy that the kernel makes for it, waits as an interrupted one, with its registers in its control block:
/// it tries the instruction again. <see cref="Thread.WaitPage"/> is written under the lock here; who has it set is in the list.
/// </remarks>
internal static unsafe class PageWait
{
    /// <summary>How long who needs room waits for the pager to make progress. The pager is managed code: a collection that needs memory itself has stopped it.</summary>
    private const ulong RoomPatience = 100_000_000;

    private static ThreadQueue s_waiting;
    private static SpinLock s_lock;

    /// <summary>Changes whenever the pager has something to look at.</summary>
    private static int s_signal;

    /// <summary>Changes whenever the pager has made room.</summary>
    private static int s_progress;
    private static uint s_roomAsked;
    private static ulong s_roomWanted;
    private static Thread* s_pager;

    /// <summary>
    /// The current thread, which was interrupted by a fault, is to wait for a page of a process: <see cref="Holds"/> keeps it at the end of the trap. False: it is to
    /// end, and must not wait.
    /// </summary>
    public static bool TryBegin(Thread* thread, uint owner, ulong page)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            // Whoever asks for its end marks it first, and then looks for it here.
            bool begins = (Volatile.Read(ref thread->Work) & ThreadWork.Kill) == 0;
            if (begins)
                Append(thread, owner, page);
            SpinLock.Release(spinLock, LockRank.WaitBucket, interrupts);
            if (begins)
            {
                Processor.CurrentCpu()->RescheduleWanted = 1;
                WakePager();
            }

            return begins;
        }
    }

    /// <summary>Whether the thread, at the end of a trap and with its processor's lock held, has to wait for a page: it counts as blocked then.</summary>
    public static bool Holds(Thread* current)
    {
        if (Volatile.Read(ref current->WaitPage) == 0)
            return false;
        current->State = ThreadState.Blocked;
        current->TimedOut = 0;
        return true;
    }

    /// <summary>The current thread, in the kernel with nothing held, waits until the pager has looked at a page of a process.</summary>
    public static void Sleep(uint owner, ulong page)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            Thread* current = Processor.CurrentThread();
            Append(current, owner, page);
            SpinLock.Release(spinLock, LockRank.WaitBucket, 0);
            WakePager();
            _ = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            if (current->WaitPage != 0)
                _ = Scheduler.Block(ulong.MaxValue, spinLock, LockRank.WaitBucket);
            else
                SpinLock.Release(spinLock, LockRank.WaitBucket, 0);
            Cancel(current);
            if (interrupts != 0)
                Processor.EnableInterrupts();
        }
    }

    /// <summary>The thread waits for no page any more.</summary>
    public static void Cancel(Thread* thread)
    {
        if (Volatile.Read(ref thread->WaitPage) == 0)
            return;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            if (thread->WaitPage != 0)
                Remove(thread);
            SpinLock.Release(spinLock, LockRank.WaitBucket, interrupts);
        }
    }

    /// <summary>Whoever waits for one of these pages tries again.</summary>
    public static void Complete(uint owner, ulong start, ulong end)
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (ThreadQueue* waiting = &s_waiting)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            for (Thread* thread = waiting->First; thread != null;)
            {
                Thread* next = thread->WaitNext;
                if (thread->WaitOwner == owner && thread->WaitPage >= start && thread->WaitPage < end)
                {
                    Remove(thread);
                    _ = Scheduler.TryWake(thread);
                }

                thread = next;
            }

            SpinLock.Release(spinLock, LockRank.WaitBucket, 0);
            Scheduler.Preempt(interrupts);
        }
    }

    /// <summary>
    /// The pager's wait, until a thread waits for a page, more room is wanted, somebody wakes it, or the deadline comes (monotonic nanoseconds).
    /// </summary>
    /// <param name="owner">Who waits longest; 0: nobody does.</param>
    /// <param name="wantsRoom">Whether room counts. Without, it is not asked for again until a later wait says that it does.</param>
    public static void WaitForWork(ulong deadline, bool wantsRoom, out uint owner, out ulong page, out ulong room)
    {
        s_pager = Processor.CurrentThread();
        bool isOver = false;
        while (true)
        {
            int seen = Volatile.Read(ref s_signal);
            if (wantsRoom)
                Volatile.Write(ref s_roomAsked, 0);
            room = wantsRoom ? Interlocked.Exchange(ref s_roomWanted, 0) : 0;
            if (TryFirst(out owner, out page) || room != 0 || (wantsRoom && CommitCharge.IsShort) || isOver)
                return;
            fixed (int* signal = &s_signal)
                _ = AddressWait.Wait(signal, seen, deadline);
            isOver = true;
        }
    }

    /// <summary>Asks the pager for room, if it has not been asked yet: memory is short. No lock is held.</summary>
    public static void WantRoom()
    {
        if (Interlocked.Exchange(ref s_roomAsked, 1u) == 0)
            WakePager();
    }

    /// <summary>
    /// Waits for the pager to make room for so many pages of the kernel, which did not get them. False: it cannot, or does not get on; else it is worth another try.
    /// </summary>
    public static bool TryWaitForRoom(ulong pages)
    {
        if (!CommitCharge.IsRoomAllThatLacks(pages) || Processor.CurrentThread() == s_pager)
            return false;
        int seen = Volatile.Read(ref s_progress);
        Interlocked.Exchange(ref s_roomWanted, pages);
        WakePager();
        fixed (int* progress = &s_progress)
            return AddressWait.Wait(progress, seen, Clock.Monotonic() + RoomPatience) != Abi.Status.TimedOut;
    }

    /// <summary>There is more room than before.</summary>
    public static void RoomWasMade()
    {
        fixed (int* progress = &s_progress)
        {
            Interlocked.Increment(ref *progress);
            _ = AddressWait.Wake(progress, int.MaxValue);
        }
    }

    public static void WakePager()
    {
        fixed (int* signal = &s_signal)
        {
            Interlocked.Increment(ref *signal);
            _ = AddressWait.Wake(signal, 1);
        }
    }

    private static bool TryFirst(out uint owner, out ulong page)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.WaitBucket);
            Thread* first = s_waiting.First;
            owner = first != null ? first->WaitOwner : 0;
            page = first != null ? first->WaitPage : 0;
            SpinLock.Release(spinLock, LockRank.WaitBucket, interrupts);
            return first != null;
        }
    }

    private static void Append(Thread* thread, uint owner, ulong page)
    {
        thread->WaitOwner = owner;
        Volatile.Write(ref thread->WaitPage, page);
        s_waiting.Append(thread);
    }

    private static void Remove(Thread* thread)
    {
        s_waiting.Remove(thread);
        Volatile.Write(ref thread->WaitPage, 0);
    }
}
