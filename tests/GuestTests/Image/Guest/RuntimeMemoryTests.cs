using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest;

/// <summary>Memory that the runtime asks for by itself, outside the collector's heap, and memory of the heap that others need.</summary>
[Area("Memory of the runtime outside its heap, and given back")]
public static class RuntimeMemoryTests
{
    private const uint PageReadWrite = 4;
    private const long MoreThanThereIs = 1L << 50;

    [GuestTest]
    public static void What_cannot_be_had_is_null()
    {
        // The runtime tests for null alone; any other answer it takes for memory.
        Check.Equal(0, Allocate(MoreThanThereIs, PageReadWrite));
        nint page = Allocate(Environment.SystemPageSize, PageReadWrite);
        Check.That(page is not 0 and not -1);
        Marshal.WriteInt64(page, 1);
        Release(page, Environment.SystemPageSize);
    }

    [GuestTest]
    public static string Others_get_what_the_collector_does_not_use()
    {
        // More than half of the memory, dropped: as long as nothing is made, no collection comes by itself.
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, used = limit * 7 / 10;
        Fill(used);
        int bytes = (int)(limit * 6 / 10);
        using IDisposable memory = SharedMemory.Create(bytes, out Handle handle);
        handle.Dispose();
        return $"{bytes >> 20} MiB of {limit >> 20} after {used >> 20}";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(long bytes)
    {
        const int each = 1 << 20;
        var blocks = new byte[bytes / each][];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new byte[each];
            blocks[i].AsSpan().Fill(1);
        }

        GC.KeepAlive(blocks);
    }

    [DllImport("*", EntryPoint = "PalVirtualAlloc")]
    private static extern nint Allocate(long bytes, uint protection);

    [DllImport("*", EntryPoint = "PalVirtualFree")]
    private static extern void Release(nint address, long bytes);
}
