using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>
/// Kernel calls with arguments that are wrong in every way. The process may break by it, since it may unmap its own memory; the kernel may not.
/// Calls that wait are made on threads that are left behind.
/// </summary>
internal static unsafe class Fuzz
{
    private const int Threads = 24;
    private static int s_left;
    private static int s_seed;

    public static int Run(int seed, int calls)
    {
        s_seed = seed;
        s_left = calls;
        byte* memory = (byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(64 << 10);
        for (int i = 0; i < Threads && Volatile.Read(ref s_left) > 0; i++)
        {
            int number = i;
            new Thread(() => Work(number, memory)) { IsBackground = true }.Start();
            // A thread that is stuck in a wait gets a successor.
            for (int before = -1; before != Volatile.Read(ref s_left) && Volatile.Read(ref s_left) > 0;)
            {
                before = Volatile.Read(ref s_left);
                Thread.Sleep(20);
            }
        }

        Console.WriteLine($"{calls - Math.Max(0, s_left)} calls");
        return 0;
    }

    private static void Work(int number, byte* memory)
    {
        var random = new Random(s_seed * 1000 + number);
        while (Interlocked.Decrement(ref s_left) >= 0)
        {
            ulong call = (ulong)random.Next(0, random.Next(20) == 0 ? 300 : 50);
            // These end the thread or the process at once, or soon: they have their turn, but seldom.
            bool isLethal = (KernelCallNumber)call is KernelCallNumber.ThreadExit or KernelCallNumber.ProcessExit or KernelCallNumber.Panic
                or KernelCallNumber.SignalReturn or KernelCallNumber.ThreadSetPointer
                or KernelCallNumber.SignalSetHandler or KernelCallNumber.ThreadCreate;
            if (isLethal && random.Next(1000) != 0)
                continue;
            _ = Native.SystemCall(
                call, Argument(random, memory), Argument(random, memory), Argument(random, memory), Argument(random, memory),
                Argument(random, memory), Argument(random, memory));
        }
    }

    private static ulong Argument(Random random, byte* memory) => random.Next(12) switch
    {
        0 => 0,
        1 => (ulong)random.Next(16),
        2 => ulong.MaxValue - (ulong)random.Next(16),
        3 => (ulong)random.NextInt64(),
        4 => (ulong)memory + (ulong)random.Next(64 << 10),
        5 => (ulong)memory + (ulong)(random.Next(16) * 4096),
        6 => 0xffff_8000_0000_0000 + (ulong)random.Next(),
        7 => 0x6000_0000_0000 + (ulong)random.Next(),
        8 => 0x3fff_ffff_f000 + (ulong)random.Next(8192),
        9 => (ulong)(0x10000 * random.Next(4) + random.Next(8)),
        10 => 1ul << random.Next(64),
        _ => (ulong)random.Next(64) * 4096,
    };
}
