using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Scattered reads and writes (preadv(2), pwritev(2)).</summary>
internal static unsafe class VectorCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PReadV")]
    private static long PReadV(nint descriptor, PalIOVector* vectors, int vectorCount, long offset) =>
        Transfer(false, descriptor, vectors, vectorCount, offset);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PWriteV")]
    private static long PWriteV(nint descriptor, PalIOVector* vectors, int vectorCount, long offset) =>
        Transfer(true, descriptor, vectors, vectorCount, offset);

    /// <summary>Goes on from part to part until one is not done in full; what was done counts before an error.</summary>
    private static long Transfer(bool write, nint descriptor, PalIOVector* vectors, int vectorCount, long offset)
    {
        try
        {
            long total = 0;
            for (int i = 0; i < vectorCount; i++)
            {
                // SAFETY: the caller's contract is an array of buffers of the lengths it gives.
                Span<byte> part = new(vectors[i].Base, checked((int)vectors[i].Count));
                int count;
                Errno error = write
                    ? Call.Files.WriteAt(Call.Descriptor(descriptor), offset + total, part, out count)
                    : Call.Files.ReadAt(Call.Descriptor(descriptor), offset + total, part, out count);
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
