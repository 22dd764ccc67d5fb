using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;

namespace MicroLake.GuestTests.Guest;

/// <summary>All processors of the machine work, and what one changes in the address space holds for the others.</summary>
[Area("Several processors (--smp)")]
public static class ProcessorTests
{
    private const int PageBytes = 4096;
    private const int None = 0;
    private const int ReadWrite = 3;
    private const int Fixed = 0x10;
    private const int PrivateAnonymous = 0x22;
    private const int DontNeed = 4;

    [GuestTest]
    public static string The_runtime_sees_every_processor()
    {
        Check.Equal(Inspection.Processors().Count, Environment.ProcessorCount);
        return $"{Environment.ProcessorCount} processors";
    }

    [GuestTest]
    public static void Busy_threads_spread_over_all_processors()
    {
        int count = Environment.ProcessorCount;
        long seen = 0, all = (1L << count) - 1;
        var threads = new Thread[count * 2];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                while (Interlocked.Or(ref seen, 1L << Thread.GetCurrentProcessorId()) != all)
                {
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Check.Equal(all, seen);
    }

    [GuestTest]
    public static void A_module_decides_how_many_threads_a_processor_takes_from_another()
    {
        KernelHooks.Attach(Balance, BalanceModule(mostOutcome: long.MaxValue), KernelHooks.EmptyEntry, new byte[64]);
        try
        {
            Busy_threads_take_turns();
            HookReading reading = KernelHooks.Read(Balance);
            // On one processor nobody asks.
            Check.Equal(Environment.ProcessorCount > 1, reading.ByModule > 0);
            Check.That(reading.Outcomes > 0, "nobody waited");
            Check.Equal(HookTrip.None, reading.Trip);
        }
        finally
        {
            KernelHooks.Detach(Balance);
        }

        Busy_threads_spread_over_all_processors();
    }

    [GuestTest]
    public static void A_module_that_keeps_threads_waiting_is_taken_off_the_balance()
    {
        KernelHooks.Attach(Balance, BalanceModule(mostOutcome: 1), KernelHooks.EmptyEntry, new byte[64]);
        try
        {
            Busy_threads_take_turns();
            Check.Equal(HookTrip.Starvation, KernelHooks.Read(Balance).Trip);
            Check.That(!KernelHooks.IsAttached(Balance));
        }
        finally
        {
            KernelHooks.Detach(Balance);
        }
    }

    private const int Balance = 1;

    private static HookModule BalanceModule(long mostOutcome) => UnlimitedModule.Create(mostOutput: 8, features: 4, mostOutcome);

    /// <summary>More threads than processors, each of which waits again and again for another that computes.</summary>
    private static void Busy_threads_take_turns()
    {
        int count = Environment.ProcessorCount * 3;
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int round = 0; round < 30; round++)
                {
                    Thread.SpinWait(2000);
                    Thread.Sleep(1);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
    }

    [GuestTest]
    public static void A_thread_waits_for_one_on_another_processor_without_the_system_s_help()
    {
        // Two threads that hand a number over by spinning get on with one processor as well, but only by preemption.
        int turn = 0;
        const int rounds = 100;
        void Play(int self)
        {
            for (int i = 0; i < rounds; i++)
            {
                while (Volatile.Read(ref turn) != i * 2 + self)
                    Thread.SpinWait(20);
                Volatile.Write(ref turn, i * 2 + self + 1);
            }
        }

        var other = new Thread(() => Play(1));
        other.Start();
        Play(0);
        other.Join();
        Check.Equal(rounds * 2, turn);
    }

    [GuestTest]
    public static void Pages_that_are_given_back_are_gone_for_every_processor()
    {
        int count = Environment.ProcessorCount;
        const int rounds = 20;
        nint pages = MapMemory(0, count * PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        Check.That(pages is not 0 and not -1);
        using var start = new Barrier(count + 1);
        var readers = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            nint word = pages + i * PageBytes;
            readers[i] = new Thread(() =>
            {
                for (int round = 1; round <= rounds; round++)
                {
                    // The translation is in this processor's buffer when the page goes: a stale one would show the old number for ever.
                    Marshal.WriteInt32(word, round);
                    start.SignalAndWait();
                    while (Marshal.ReadInt32(word) != 0)
                        Thread.SpinWait(1);
                }
            });
            readers[i].Start();
        }

        for (int round = 1; round <= rounds; round++)
        {
            start.SignalAndWait();
            Check.Equal(0, AdviseMemory(pages, count * PageBytes, DontNeed));
        }

        foreach (Thread reader in readers)
            reader.Join();
        Check.Equal(0, UnmapMemory(pages, count * PageBytes));
    }

    /// <summary>The collector gives memory back by a mapping over a part of its heap: the addresses must not be free for an instant.</summary>
    [GuestTest]
    public static void A_range_that_is_mapped_anew_stays_reserved()
    {
        const int heapPages = 64, piece = 8, rounds = 1_000;
        nint heap = MapMemory(0, heapPages * PageBytes, None, PrivateAnonymous, -1, 0);
        Check.That(heap is not 0 and not -1);
        bool stop = false;
        int taken = 0;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                nint found = MapMemory(0, piece * PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
                if (found >= heap && found < heap + heapPages * PageBytes)
                    taken++;
                UnmapMemory(found, piece * PageBytes);
            }
        });
        other.Start();

        int failed = 0;
        for (int i = 0; i < rounds; i++)
        {
            nint part = heap + i % (heapPages / piece) * piece * PageBytes;
            if (MapMemory(part, piece * PageBytes, i % 2 == 0 ? None : ReadWrite, Fixed | PrivateAnonymous, -1, 0) != part)
                failed++;
        }

        Volatile.Write(ref stop, true);
        other.Join();
        Check.Equal(0, taken);
        Check.Equal(0, failed);
        Check.Equal(0, UnmapMemory(heap, heapPages * PageBytes));
    }

    [GuestTest]
    public static void Collections_stop_threads_on_all_processors()
    {
        bool stop = false;
        var threads = new Thread[Environment.ProcessorCount];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                // Never at a safe point by itself: the collector has to interrupt it.
                ulong state = 1;
                while (!Volatile.Read(ref stop))
                    state = state * 6364136223846793005 + 1442695040888963407;
                GC.KeepAlive(state);
            });
            threads[i].Start();
        }

        int before = GC.CollectionCount(2);
        for (int i = 0; i < 20; i++)
            GC.Collect();
        Check.That(GC.CollectionCount(2) >= before + 20);
        Volatile.Write(ref stop, true);
        foreach (Thread thread in threads)
            thread.Join();
    }

    [DllImport("*", EntryPoint = "mmap64")]
    private static extern nint MapMemory(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("*", EntryPoint = "munmap")]
    private static extern int UnmapMemory(nint address, nint length);

    [DllImport("*", EntryPoint = "madvise")]
    private static extern int AdviseMemory(nint address, nint length, int advice);
}
