using System;
using System.Runtime.InteropServices;
using System.Text;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>
/// What every call has in common: text from pointers, and results as C has them, a value or -1 with errno. No
/// exception may leave a call, since its caller is not managed code.
/// </summary>
internal static unsafe class Call
{
    public static FileContext Files => PlatformFiles.Context;

    /// <summary>A path from the caller; null stands for a null pointer or text that is not UTF-8's.</summary>
    /// <exception cref="ArgumentNullException">The pointer is null; the call turns it into EFAULT.</exception>
    public static string Path(byte* text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // SAFETY: the caller's contract is a zero-terminated string.
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
    }

    public static int Result(Errno error) => Result(error, 0);

    public static int Result(Errno error, int value)
    {
        if (error == Errno.None)
            return value;
        SetErrno(error);
        return -1;
    }

    public static long Result(Errno error, long value)
    {
        if (error == Errno.None)
            return value;
        SetErrno(error);
        return -1;
    }

    public static int Fail(Exception exception) => Result(ToErrno(exception));

    public static Errno ToErrno(Exception exception) => exception switch
    {
        ArgumentNullException => Errno.EFAULT,
        OutOfMemoryException => Errno.ENOMEM,
        ArgumentException or OverflowException => Errno.EINVAL,
        _ => Errno.EIO,
    };

    public static bool IsDescriptor(nint value) => value is >= 0 and <= int.MaxValue;

    /// <summary>A descriptor as an int; what cannot be one becomes -1, which is never open.</summary>
    public static int Descriptor(nint value) => IsDescriptor(value) ? (int)value : -1;

    public static void SetErrno(Errno error) => *KernelImports.ErrnoLocation() = (int)error;

    /// <summary>Copies bytes and a terminating zero; false when the buffer is too short.</summary>
    public static bool TryCopyText(string text, byte* buffer, int length)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (buffer is null || bytes.Length >= length)
            return false;
        // SAFETY: the caller's contract is a buffer of that length, and the text with its zero fits.
        Span<byte> target = new(buffer, length);
        bytes.CopyTo(target);
        target[bytes.Length] = 0;
        return true;
    }
}
