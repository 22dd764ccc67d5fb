using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Wait until a word changes (a futex): the one blocking primitive that mutexes, condition variables and monitors
/// of the platform are built on. Waiters of an address are served first come, first served.
/// </summary>
internal static unsafe class AddressWait
{
    private const int Buckets = 256;

    private struct BucketArray
    {
        public fixed ulong Heads[Buckets];
        public fixed ulong Tails[Buckets];
    }

    private static BucketArray s_buckets;

    /// <summary>
    /// Sleeps while *<paramref name="address"/> is <paramref name="expected"/>. <see cref="Status.WouldBlock"/>: it was
    /// not. <see cref="Status.TimedOut"/>: the deadline (monotonic nanoseconds) came first.
    /// </summary>
    public static Status Wait(int* address, int expected, ulong deadline)
    {
        // Touch the word before the lock is held: its page may have to be brought in.
        if (System.Threading.Volatile.Read(ref *address) != expected)
            return Status.WouldBlock;
        uint interrupts = Scheduler.AcquireLock();
        if (System.Threading.Volatile.Read(ref *address) != expected)
        {
            Scheduler.ReleaseLock(interrupts);
            return Status.WouldBlock;
        }

        Thread* current = Processor.CurrentThread();
        current->WaitAddress = (ulong)address;
        Append(current);
        return Scheduler.BlockLocked(deadline, interrupts) ? Status.TimedOut : Status.Ok;
    }

    /// <summary>Wakes up to <paramref name="count"/> waiters of the address. Returns how many.</summary>
    public static int Wake(int* address, int count)
    {
        uint interrupts = Scheduler.AcquireLock();
        int woken = 0;
        int bucket = BucketOf((ulong)address);
        fixed (BucketArray* buckets = &s_buckets)
        {
            var thread = (Thread*)buckets->Heads[bucket];
            while (thread != null && woken < count)
            {
                Thread* next = thread->WaitNext;
                if (thread->WaitAddress == (ulong)address)
                {
                    RemoveLocked(thread);
                    Scheduler.WakeLocked(thread);
                    woken++;
                }

                thread = next;
            }
        }

        Scheduler.ReleaseAndPreempt(interrupts);
        return woken;
    }

    /// <summary>Takes a thread out of its wait queue, if it stands in one. Called with the scheduler's lock held.</summary>
    public static void RemoveLocked(Thread* thread)
    {
        if (thread->WaitAddress == 0)
            return;
        int bucket = BucketOf(thread->WaitAddress);
        fixed (BucketArray* buckets = &s_buckets)
        {
            if (thread->WaitPrevious != null)
                thread->WaitPrevious->WaitNext = thread->WaitNext;
            else
                buckets->Heads[bucket] = (ulong)thread->WaitNext;
            if (thread->WaitNext != null)
                thread->WaitNext->WaitPrevious = thread->WaitPrevious;
            else
                buckets->Tails[bucket] = (ulong)thread->WaitPrevious;
        }

        thread->WaitAddress = 0;
        thread->WaitNext = null;
        thread->WaitPrevious = null;
    }

    private static void Append(Thread* thread)
    {
        int bucket = BucketOf(thread->WaitAddress);
        fixed (BucketArray* buckets = &s_buckets)
        {
            var tail = (Thread*)buckets->Tails[bucket];
            thread->WaitNext = null;
            thread->WaitPrevious = tail;
            if (tail != null)
                tail->WaitNext = thread;
            else
                buckets->Heads[bucket] = (ulong)thread;
            buckets->Tails[bucket] = (ulong)thread;
        }
    }

    private static int BucketOf(ulong address) => (int)((address * 0x9e37_79b9_7f4a_7c15) >> 56);
}
