using System;
using System.Runtime;
using MicroLake.Platform.Memory;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>
/// Loading of libraries (contracts: pal_dynamicload.h of dotnet/runtime). Everything is linked into the image, so nothing can
/// be loaded: a call into a library that is not in it throws DllNotFoundException with the text below.
/// </summary>
internal static unsafe class NativeLibraries
{
    [RuntimeExport("SystemNative_LoadLibrary")]
    private static void* LoadLibrary(byte* path) => null;

    [RuntimeExport("SystemNative_GetLoadLibraryError")]
    private static byte* GetLoadLibraryError()
    {
        ReadOnlySpan<byte> text = "this system loads no native libraries\0"u8;
        // SAFETY: the text is read-only data of the image and does not move.
        fixed (byte* start = text)
            return start;
    }

    [RuntimeExport("SystemNative_GetProcAddress")]
    private static void* GetProcAddress(void* library, byte* name) => null;

    [RuntimeExport("SystemNative_FreeLibrary")]
    private static int FreeLibrary(void* library) => 0;

    /// <summary>The program is the kernel, which has no file; its folder, AppContext.BaseDirectory, is what came with it.</summary>
    [RuntimeExport("SystemNative_GetProcessPath")]
    private static byte* GetProcessPath() => Copy("/boot/microlake\0"u8);

    /// <summary>The version that Environment.OSVersion shows; the caller frees it.</summary>
    [RuntimeExport("SystemNative_GetUnixRelease")]
    private static byte* GetUnixRelease() => Copy("1.0.0\0"u8);

    /// <summary>The system and its release, as RuntimeInformation.OSDescription shows them; the capacity is always large enough.</summary>
    [RuntimeExport("SystemNative_GetUnixVersion")]
    private static int GetUnixVersion(byte* version, int* capacity)
    {
        ReadOnlySpan<byte> text = "MicroLake 1.0.0\0"u8;
        if (*capacity < text.Length)
        {
            *capacity = text.Length;
            return Errno.Fail(Errno.InvalidArgument);
        }
        for (int i = 0; i < text.Length; i++)
            version[i] = text[i];
        return 0;
    }

    /// <summary>Architecture.X64.</summary>
    [RuntimeExport("SystemNative_GetOSArchitecture")]
    private static int GetOSArchitecture() => 1;

    /// <summary>A copy on the heap, which the caller frees.</summary>
    private static byte* Copy(ReadOnlySpan<byte> text)
    {
        byte* copy = (byte*)Heap.Allocate((nuint)text.Length);
        if (copy is not null)
            for (int i = 0; i < text.Length; i++)
                copy[i] = text[i];
        return copy;
    }
}
