using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Scattered reads and writes (preadv(2), pwritev(2)).</summary>
internal static unsafe class VectorCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PReadV")]
    private static long PReadV(nint descriptor, PalIOVector* vectors, int vectorCount, long offset)
    {
        try
        {
            long total = 0;
            for (int i = 0; i < vectorCount; i++)
            {
                // SAFETY (here and below): the caller's contract is an array of buffers of the lengths it gives.
                Span<byte> part = new(vectors[i].Base, checked((int)vectors[i].Count));
                Errno error = Call.Files.ReadAt(Call.Descriptor(descriptor), offset + total, part, out int count);
                total += count;
                if (error != Errno.None && total == 0)
                    return Call.Result(error, 0L);
                if (error != Errno.None || count < part.Length)
                    break;
            }
            return total;
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PWriteV")]
    private static long PWriteV(nint descriptor, PalIOVector* vectors, int vectorCount, long offset)
    {
        try
        {
            long total = 0;
            for (int i = 0; i < vectorCount; i++)
            {
                ReadOnlySpan<byte> part = new(vectors[i].Base, checked((int)vectors[i].Count));
                Errno error = Call.Files.WriteAt(Call.Descriptor(descriptor), offset + total, part, out int count);
                total += count;
                if (error != Errno.None && total == 0)
                    return Call.Result(error, 0L);
                if (error != Errno.None || count < part.Length)
                    break;
            }
            return total;
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }
}
