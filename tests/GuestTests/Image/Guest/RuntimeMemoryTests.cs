using System.Runtime.InteropServices;

namespace MicroLake.GuestTests.Guest;

/// <summary>Memory that the runtime asks for by itself, outside the collector's heap.</summary>
[Area("Memory of the runtime outside its heap")]
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

    [DllImport("*", EntryPoint = "PalVirtualAlloc")]
    private static extern nint Allocate(long bytes, uint protection);

    [DllImport("*", EntryPoint = "PalVirtualFree")]
    private static extern void Release(nint address, long bytes);
}
