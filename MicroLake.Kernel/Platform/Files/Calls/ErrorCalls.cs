using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Error numbers in words.</summary>
internal static unsafe class ErrorCalls
{
    /// <summary>Fills the buffer and returns it; null when the text was cut (contract of pal_errno.h).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_StrErrorR")]
    private static byte* StrErrorR(int error, byte* buffer, int length)
    {
        try
        {
            string text = ErrnoText.Describe((Errno)error);
            if (Call.TryCopyText(text, buffer, length))
                return buffer;
            if (length > 0)
                Call.TryCopyText(text[..(length - 1)], buffer, length);
            return null;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
