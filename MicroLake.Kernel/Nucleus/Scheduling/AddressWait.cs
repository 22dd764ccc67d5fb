using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Wait until a word changes (a futex): the one blocking primitive that mutexes, condition variables and monitors
/// of the platform are built on. Waiters of an address are served first come, first served.
/// </summary>
/// <remarks>
/// A waiter whose deadline comes first stays in its bucket until it runs and takes itself out: the timer interrupt needs no
/// bucket's lock, and a waker that finds it there sees that it is not blocked and goes to the next.
/// </remarks>
internal static unsafe class AddressWait
{
    /// <summary>Of 10,000 waiters ten share a bucket.</summary>
    private const int BucketBits = 10;
    private const int Buckets = 1 << BucketBits;

    private struct Bucket
    {
        public ThreadQueue Waiters;
        public SpinLock Lock;
    }

    [System.Runtime.CompilerServices.InlineArray(Buckets)]
    private struct BucketArray
    {
        private Bucket _first;
    }

    private static BucketArray s_buckets;

    /// <summary>
    /// Sleeps while *<paramref name="address"/> is <paramref name="expected"/>. <see cref="Status.WouldBlock"/>: it was
    /// not. <see cref="Status.TimedOut"/>: the deadline (monotonic nanoseconds) came first.
    /// </summary>
    public static Status Wait(int* address, int expected, ulong deadline) => Wait(Process.Kernel, (ulong)address, expected, deadline);

    /// <summary>The same for a word of a process; <see cref="Status.InvalidArgument"/>: the process has no such memory.</summary>
    public static Status Wait(Process* process, ulong address, int expected, ulong deadline)
    {
        Bucket* bucket = BucketOf(process, address);
        uint interrupts;
        while (true)
        {
            // Touch the word before the lock is held: its page may have to be brought in. It may go again meanwhile.
            Status status = Compare(process, address, expected);
            if (status != Status.Ok)
                return status;
            interrupts = SpinLock.Acquire(&bucket->Lock, LockRank.WaitBucket);
            status = Compare(process, address, expected);
            if (status == Status.Ok)
                break;
            SpinLock.Release(&bucket->Lock, LockRank.WaitBucket, interrupts);
            if (status != Status.InvalidArgument)
                return status;
        }

        Thread* current = Processor.CurrentThread();
        current->WaitAddress = address;
        bucket->Waiters.Append(current);
        bool timedOut = Scheduler.Block(deadline, &bucket->Lock, LockRank.WaitBucket);
        if (timedOut)
        {
            _ = SpinLock.Acquire(&bucket->Lock, LockRank.WaitBucket);
            if (current->WaitAddress != 0)
                Remove(bucket, current);
            SpinLock.Release(&bucket->Lock, LockRank.WaitBucket, 0);
        }

        if (interrupts != 0)
            Processor.EnableInterrupts();
        return timedOut ? Status.TimedOut : Status.Ok;
    }

    /// <summary>Sleeps until the deadline (monotonic nanoseconds).</summary>
    public static void Sleep(ulong deadline)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        _ = Scheduler.Block(deadline, null, LockRank.WaitBucket);
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    /// <summary>Wakes up to <paramref name="count"/> waiters of the address. Returns how many.</summary>
    public static int Wake(int* address, int count) => Wake(Process.Kernel, (ulong)address, count);

    /// <summary>The same for waiters of a process's word.</summary>
    public static int Wake(Process* process, ulong address, int count)
    {
        Bucket* bucket = BucketOf(process, address);
        uint interrupts = SpinLock.Acquire(&bucket->Lock, LockRank.WaitBucket);
        int woken = 0;
        Thread* thread = bucket->Waiters.First;
        while (thread != null && woken < count)
        {
            Thread* next = thread->WaitNext;
            if (thread->WaitAddress == address && thread->Process == process)
            {
                Remove(bucket, thread);
                if (Scheduler.TryWake(thread, gently: true))
                    woken++;
            }

            thread = next;
        }

        SpinLock.Release(&bucket->Lock, LockRank.WaitBucket, 0);
        Scheduler.Preempt(interrupts);
        return woken;
    }

    private static void Remove(Bucket* bucket, Thread* thread)
    {
        bucket->Waiters.Remove(thread);
        thread->WaitAddress = 0;
    }

    private static Status Compare(Process* process, ulong address, int expected)
    {
        int value;
        if (process->IsKernel)
            value = Volatile.Read(ref *(int*)address);
        else if ((address & 3) != 0 || !UserMemory.TryRead(&value, address, sizeof(int)))
            return Status.InvalidArgument;
        return value == expected ? Status.Ok : Status.WouldBlock;
    }

    private static Bucket* BucketOf(Process* process, ulong address)
    {
        fixed (BucketArray* buckets = &s_buckets)
            return (Bucket*)buckets + ((address + process->Id) * 0x9e37_79b9_7f4a_7c15 >> (64 - BucketBits));
    }
}
