using System.IO.Pipelines;

namespace MicroLake.GuestTests.Suites;

[Area("Streams in memory, Pipelines")]
public static class StreamTests
{
    [GuestTest]
    public static void MemoryStream_and_BufferedStream()
    {
        using var memory = new MemoryStream();
        using (var buffered = new BufferedStream(memory, 7))
        {
            for (byte i = 0; i < 100; i++)
                buffered.WriteByte(i);
            buffered.Flush();
            Check.Sequence(Enumerable.Range(0, 100), memory.ToArray().Select(b => (int)b));
        }
    }

    [GuestTest]
    public static async Task Pipelines_pass_bytes()
    {
        var pipe = new Pipe();
        Task write = Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
                await pipe.Writer.WriteAsync(new byte[100]);
            await pipe.Writer.CompleteAsync();
        });
        long total = 0;
        while (true)
        {
            ReadResult read = await pipe.Reader.ReadAsync();
            total += read.Buffer.Length;
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        await write;
        Check.Equal(20_000L, total);
    }
}
