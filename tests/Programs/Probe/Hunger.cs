using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Probe;

/// <summary>Takes all that there is of something, and finds that there is an end to it.</summary>
internal static class Hunger
{
    public static int Threads()
    {
        var started = new List<Thread>();
        using var stop = new ManualResetEvent(false);
        try
        {
            while (started.Count < 100_000)
            {
                var thread = new Thread(() => stop.WaitOne(), 64 << 10) { IsBackground = true };
                thread.Start();
                started.Add(thread);
            }
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            Console.WriteLine($"refused after {started.Count} threads");
        }

        stop.Set();
        foreach (Thread thread in started)
            thread.Join();
        return started.Count < 100_000 ? 0 : 1;
    }

    public static int Memory()
    {
        var blocks = new List<byte[]>();
        try
        {
            while (true)
            {
                var block = new byte[1 << 20];
                block.AsSpan().Fill(1);
                blocks.Add(block);
            }
        }
        catch (OutOfMemoryException)
        {
            int count = blocks.Count;
            blocks.Clear();
            Console.WriteLine($"refused after {count} MiB");
            return count > 4 ? 0 : 1;
        }
    }

    /// <summary>Reservations that cost nothing but the kernel's book-keeping: none is accessible, and none is next to another.</summary>
    public static unsafe int Ranges()
    {
        int count = 0;
        Status status;
        ulong start;
        while ((status = Native.Reserve(4096, 8192, Protection.None, 0, &start)) == Status.Ok)
            count++;
        return End(status == Status.OutOfMemory && count > 1000);
    }

    /// <summary>Pages so far apart that each takes page tables of its own. The kernel is made to touch them: it says when it cannot.</summary>
    public static unsafe int Tables()
    {
        const ulong far = 1ul << 30;
        const int most = 100_000;
        ulong start;
        if (Native.Reserve(far * most / 8, 4096, Protection.None, 0, &start) != Status.Ok)
            return 2;
        int count = 0;
        var status = Status.Ok;
        for (ulong page = start; count < most / 8; page += far, count++)
        {
            status = Native.Protect(page, 4096, Protection.Read | Protection.Write);
            if (status == Status.Ok)
                status = (Status)Native.SystemCall((ulong)KernelCallNumber.MemoryInformation, page, 0, 0, 0, 0, 0);
            if (status != Status.Ok)
                break;
        }

        return End(status == Status.InvalidArgument && count > 100);
    }

    /// <summary>Ends the process without the runtime, which would need more of what there is no more of.</summary>
    private static int End(bool asExpected)
    {
        _ = Native.SystemCall((ulong)KernelCallNumber.ProcessExit, asExpected ? 0ul : 1, 0, 0, 0, 0, 0);
        return 1;
    }

    public static int Handles()
    {
        int count = 0;
        Status status;
        while ((status = HandleNumbers.CreateNotification(out _)) == Status.Ok)
            count++;
        Console.WriteLine($"{status} after {count} handles");
        return status == Status.LimitReached ? 0 : 1;
    }
}
