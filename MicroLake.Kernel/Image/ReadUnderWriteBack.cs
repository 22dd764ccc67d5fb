using System.Diagnostics;
using MicroLake.Benchmarks;
using MicroLake.Files;
using MicroLake.Platform.Files;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>Reads of one file while another is written and made durable again and again: how long each waits for the disk.</summary>
internal sealed class ReadUnderWriteBack(string folder) : IGuestBenchmark
{
    private const int ReadBytes = 4096;
    private const int FileBytes = 4 << 20;
    private const int Reads = 400;

    private readonly FileContext _files = new(PlatformFiles.Root);

    public string Name => "file.disk.read_4k_under_write_back";

    public string Summary => $"4 KiB read from a file in {folder} while 4 MiB of another are made durable";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        string read = $"{folder}/bench-read", written = $"{folder}/bench-write";
        try
        {
            Write(read);
            Write(written);
            return [Measure(read, written)];
        }
        finally
        {
            _ = _files.Unlink(read);
            _ = _files.Unlink(written);
        }
    }

    private BenchmarkResult Measure(string read, string written)
    {
        Exception? failure = null;
        using var ends = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            try
            {
                while (!ends.IsCancellationRequested)
                    Write(written);
            }
            catch (IOException error)
            {
                failure = error;
            }
        });
        writer.Start();
        double[] samples = new double[Reads];
        try
        {
            Check(_files.Open(read, OpenFlags.ReadOnly, 0, out int file));
            byte[] buffer = new byte[ReadBytes];
            var random = new Random(1);
            for (int i = 0; i < Reads; i++)
            {
                long start = Stopwatch.GetTimestamp();
                Check(_files.ReadAt(file, random.Next(FileBytes / ReadBytes) * (long)ReadBytes, buffer, out _));
                samples[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                // The writer gets on: who reads does something with what was read.
                Thread.Sleep(1);
            }

            Check(_files.Close(file));
        }
        finally
        {
            ends.Cancel();
            writer.Join();
        }

        if (failure is not null)
            throw failure;
        Array.Sort(samples);
        return new(Name, "ns", samples[0], samples[Reads / 2], samples[^1]);
    }

    private void Write(string path)
    {
        Check(_files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create, Modes.Device, out int file));
        ReadOnlySpan<byte> bytes = new byte[FileBytes];
        for (int at = 0, count; at < FileBytes; at += count)
            Check(_files.WriteAt(file, at, bytes[at..], out count));
        Check(_files.Synchronize(file));
        Check(_files.Close(file));
    }

    private static void Check(Errno error)
    {
        if (error != Errno.None)
            throw new IOException($"the disk of the benchmark: {ErrnoText.Describe(error)}");
    }
}
