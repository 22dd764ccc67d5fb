using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>
/// Kernel calls with arguments that are wrong in every way, and now and then right. The program's own memory is kept out of it
/// (<see cref="FuzzCall"/>) and nothing is allocated meanwhile, so that a run makes all of its calls: one that does not has met a fault of the kernel.
/// </summary>
internal static unsafe class Fuzz
{
    private const int AtOnce = 4;
    private const int Threads = AtOnce + FuzzMemory.MostLost;
    private const ulong Poll = 5_000_000;

    /// <summary>Polls without any call: a minute.</summary>
    private const int MostIdle = 12_000;

    private static readonly long[] s_made = new long[Threads];
    private static long s_left;
    private static int s_allowed;

    /// <summary>Ends the process with 0 when all calls were made, and with 3 when they come to a stop.</summary>
    public static int Run(int seed, int calls)
    {
        s_left = calls;
        var memory = new FuzzMemory();
        for (int i = 0; i < Threads; i++)
        {
            int number = i;
            var call = new FuzzCall(memory, seed * 1000 + number);
            new Thread(() => Work(number, call), 64 << 10) { IsBackground = true }.Start();
        }

        // From here on nothing is made or allocated.
        int idle = 0;
        for (long before = 0; Volatile.Read(ref s_left) > 0 && idle < MostIdle; Pause())
        {
            long made = 0;
            for (int i = 0; i < Threads; i++)
                made += Volatile.Read(ref s_made[i]);
            idle = made == before ? idle + 1 : 0;
            before = made;
            Volatile.Write(ref s_allowed, AtOnce + memory.Lost);
        }

        // Not by the runtime, which has something to say to the console first: its handles may be closed by now.
        _ = Native.SystemCall((ulong)KernelCallNumber.ProcessExit, Volatile.Read(ref s_left) > 0 ? 3ul : 0, 0, 0, 0, 0, 0);
        return 1;
    }

    private static void Work(int number, FuzzCall call)
    {
        call.Begin();
        while (number >= Volatile.Read(ref s_allowed))
            Pause();
        for (; Interlocked.Decrement(ref s_left) >= 0; s_made[number]++)
            call.Make();
        while (true)
            Pause();
    }

    /// <summary>By the kernel alone: the runtime's own sleep may allocate.</summary>
    private static void Pause() => _ = Native.SystemCall(
        (ulong)KernelCallNumber.SleepUntil, Native.SystemCall((ulong)KernelCallNumber.ClockMonotonic, 0, 0, 0, 0, 0, 0) + Poll, 0, 0, 0, 0, 0);
}
