using System;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>The console wire over kernel calls.</summary>
internal sealed unsafe class KernelConsolePort : IConsolePort
{
    public bool IsReadable => KernelImports.ConsolePending() > 0;

    public int Read(Span<byte> buffer, long timeoutNanoseconds)
    {
        // SAFETY: the span is fixed for the length of the call, which writes no more than its length.
        fixed (byte* start = buffer)
            return (int)Math.Clamp(KernelImports.ConsoleRead(start, buffer.Length, timeoutNanoseconds), 0, buffer.Length);
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        // SAFETY: the span is fixed for the length of the loop; every call stays inside it.
        fixed (byte* start = data)
        {
            nint done = 0;
            while (done < data.Length)
            {
                nint count = KernelImports.ConsoleWrite(start + done, data.Length - done);
                if (count <= 0)
                    return;
                done += count;
            }
        }
    }
}
