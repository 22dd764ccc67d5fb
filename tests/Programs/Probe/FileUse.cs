using System.Diagnostics;

namespace MicroLake.Probe;

/// <summary>What a program does with the files of the system.</summary>
internal static class FileUse
{
    /// <summary>Tells what failed in one line.</summary>
    public static int Try(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"{failure.GetType().Name}: {failure.Message}");
            return 1;
        }
    }

    /// <summary>Holds files open, one of them without a name and one locked, until the process is ended.</summary>
    public static int Hold(string folder)
    {
        FileStream locked = File.Open($"{folder}/locked", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        FileStream nameless = File.Open($"{folder}/nameless", FileMode.Create, FileAccess.ReadWrite, FileShare.Delete);
        nameless.Write(new byte[100_000]);
        nameless.Flush();
        File.Delete($"{folder}/nameless");
        Console.WriteLine("holding");
        Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(locked);
        return 0;
    }

    /// <summary>Reads a file page by page once another one is there, and stays until the process is ended, or does not.</summary>
    public static int ReadWhen(string sign, string path, bool stays)
    {
        while (!File.Exists(sign))
            Thread.Sleep(20);
        byte[] page = new byte[4096];
        long offset = 0;
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        while (RandomAccess.Read(file, page, offset) == page.Length)
            offset += page.Length;
        Console.WriteLine($"{offset / page.Length} pages");
        if (stays)
            Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    /// <summary>Writes and reads a file as often as asked, and prints the shortest times.</summary>
    public static int Transfer(string path, int rounds)
    {
        byte[] bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);
        TimeSpan write = TimeSpan.MaxValue, read = TimeSpan.MaxValue;
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            File.WriteAllBytes(path, bytes);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            write = took < write ? took : write;
            start = Stopwatch.GetTimestamp();
            byte[] back = File.ReadAllBytes(path);
            took = Stopwatch.GetElapsedTime(start);
            read = took < read ? took : read;
            if (!bytes.AsSpan().SequenceEqual(back))
                return 1;
        }

        File.Delete(path);
        Console.WriteLine($"1 MiB: written in {write.TotalMilliseconds:0.00} ms, read in {read.TotalMilliseconds:0.00} ms");
        return 0;
    }
}
