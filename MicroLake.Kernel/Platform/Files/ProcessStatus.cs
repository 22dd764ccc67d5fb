using System;
using System.Globalization;
using System.Text;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Files;

/// <summary>
/// <c>/proc/self/status</c> as far as the base library reads it (proc_pid_status(5)): Environment.WorkingSet. All software of the
/// image is one process.
/// </summary>
internal static unsafe class ProcessStatus
{
    /// <summary>PROC_SUPER_MAGIC of linux/magic.h.</summary>
    public const uint FileSystemMagic = 0x9fa0;

    private const ulong KibPerPage = 4;

    public static ReadOnlyMemory<byte> Now()
    {
        MemoryInformation memory;
        KernelCall.MemoryInformation(&memory);
        return Render(memory);
    }

    /// <summary>The text for the given figures; its length is always the same.</summary>
    public static byte[] Render(MemoryInformation memory)
    {
        ulong used = memory.TotalPages - memory.FreePages + memory.ImagePages;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"Name:\tmicrolake\nState:\tR (running)\nPid:\t1\nVmSize:\t{(memory.CommittedPages + memory.ImagePages) * KibPerPage,12} kB\nVmRSS:\t{used * KibPerPage,12} kB\n"));
    }
}
