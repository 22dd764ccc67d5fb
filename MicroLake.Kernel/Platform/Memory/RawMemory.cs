using System.Runtime;
using System.Runtime.CompilerServices;

namespace MicroLake.Platform.Memory;

/// <summary>The C library's functions on memory that no object is in.</summary>
internal static unsafe class RawMemory
{
    public static void Clear(void* memory, ulong bytes) => _ = Fill(memory, 0, bytes);

    public static void Copy(void* to, void* from, ulong bytes) => _ = CopyWithin(to, from, bytes);

    [RuntimeImport("*", "memset")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* Fill(void* memory, int value, ulong bytes);

    [RuntimeImport("*", "memcpy")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void* CopyWithin(void* to, void* from, ulong bytes);
}
