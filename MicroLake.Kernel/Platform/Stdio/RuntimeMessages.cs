using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Platform.Process;

namespace MicroLake.Platform.Stdio;

/// <summary>The runtime's last words: fprintf(stderr), fputs, write(2) and CoreLib's error log all end in the kernel's log.</summary>
internal static unsafe class RuntimeMessages
{
    private const int BufferBytes = 1024;

    private struct FormatBuffer
    {
        public fixed byte Bytes[BufferBytes];
    }

    [RuntimeExport("platform_print_formatted")]
    private static int PrintFormatted(byte* format, void* arguments)
    {
        FormatBuffer storage;
        byte* buffer = storage.Bytes;
        int length = FormatInto(buffer, BufferBytes, format, arguments);
        if (length > 0)
            Abort.Remember(buffer, length < BufferBytes ? length : BufferBytes - 1);
        return length;
    }

    [RuntimeExport("fputs")]
    private static int PutString(byte* text, void* stream)
    {
        int length = 0;
        while (text[length] != 0)
            length++;
        Abort.Remember(text, length);
        return length;
    }

    [RuntimeExport("fwrite")]
    private static nuint WriteStream(byte* bytes, nuint size, nuint count, void* stream)
    {
        Abort.Remember(bytes, (int)(size * count));
        return count;
    }

    [RuntimeExport("fflush")]
    private static int Flush(void* stream) => 0;

    [RuntimeExport("write")]
    private static nint Write(int file, byte* bytes, nuint length)
    {
        Abort.Remember(bytes, (int)length);
        return (nint)length;
    }

    [RuntimeExport("SystemNative_LogError")]
    private static void LogError(byte* text, int length) => Abort.Remember(text, length);

    [RuntimeExport("SystemNative_Log")]
    private static void LogText(byte* text, int length) => Abort.Remember(text, length);

    [RuntimeExport("SystemNative_SysLog")]
    private static void SystemLog(int priority, byte* format, byte* argument) => _ = PutString(argument, null);

    /// <summary>Only in messages: the number itself is printed beside it.</summary>
    [RuntimeExport("strerror")]
    private static byte* DescribeError(int error)
    {
        System.ReadOnlySpan<byte> text = "error\0"u8;
        return (byte*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(text));
    }

    /// <summary>musl's formatter.</summary>
    [RuntimeImport("*", "vsnprintf")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern int FormatInto(byte* buffer, nuint size, byte* format, void* arguments);
}
