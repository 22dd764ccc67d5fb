using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Probe;

/// <summary>Random calls to the server of the system's files, over memory that changes while the server looks at it.</summary>
internal static class Storm
{
    private const int SharedBytes = 68 << 10;
    private const int Methods = 28;
    private const ulong Version = 1;

    /// <summary>0: every call had an answer.</summary>
    public static int Run(int calls, int seed)
    {
        using var channel = new Channel(StartHandles.Find("files"));
        channel.SharePayload(SharedBytes);
        uint hash = Encoding.UTF8.GetBytes("microlake.files").Aggregate(2166136261u, (sum, b) => unchecked((sum ^ b) * 16777619u));
        bool isOver = false;
        var scribbler = new Thread(() =>
        {
            var chance = new Random(seed + 1);
            while (!Volatile.Read(ref isOver))
                Scribble(channel.Payload[..200], chance);
        });
        scribbler.Start();
        var random = new Random(seed);
        int wrong = 0;
        for (int i = 0; i < calls; i++)
        {
            Message message = default;
            message.Label = ((ulong)hash << 32) | (Version << 16) | (uint)random.Next(Methods);
            Scribble(message.Bytes, random);
            message[0] = (ulong)random.Next(random.Next(4) == 0 ? SharedBytes * 2 : 40);
            Scribble(channel.Payload[..64], random);
            if (channel.Call(ref message) != Status.Ok || message.Label > (ulong)ReplyCode.Failed || message.HandleCount != 0)
                wrong++;
        }

        Volatile.Write(ref isOver, true);
        scribbler.Join();
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>Small numbers and the beginning of a path, most of the time.</summary>
    private static void Scribble(Span<byte> bytes, Random random)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)random.Next(random.Next(4) == 0 ? 256 : 8);
        ReadOnlySpan<byte> path = "/tmp/x"u8;
        if (bytes.Length < 20 || random.Next(4) == 0)
            return;
        BitConverter.TryWriteBytes(bytes, random.Next(1, 12));
        path.CopyTo(bytes[4..]);
    }
}
