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
