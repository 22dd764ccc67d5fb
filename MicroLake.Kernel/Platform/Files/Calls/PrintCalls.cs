using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>snprintf(3) with one argument; returns the length that the whole text has.</summary>
internal static unsafe class PrintCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SNPrintF_1S")]
    private static int SNPrintFText(byte* buffer, int length, byte* format, byte* argument)
    {
        try
        {
            return Print(buffer, length, format, 0, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(argument).ToArray());
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SNPrintF_1I")]
    private static int SNPrintFNumber(byte* buffer, int length, byte* format, int argument)
    {
        try
        {
            return Print(buffer, length, format, argument, null);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    private static int Print(byte* buffer, int length, byte* format, int number, byte[]? text)
    {
        if (length < 0)
            return Call.Result(Errno.EINVAL);
        // SAFETY: the caller's contract is a zero-terminated format and a buffer of that length.
        byte[] result = PrintFormat.Format(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(format), number, text);
        if (length > 0)
        {
            Span<byte> target = new(buffer, length);
            int count = Math.Min(result.Length, length - 1);
            result.AsSpan(0, count).CopyTo(target);
            target[count] = 0;
        }
        return result.Length;
    }
}
