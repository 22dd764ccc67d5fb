using System.Runtime;
using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;
using MicroLake.Platform.Threads;

namespace MicroLake.Platform.Process;

/// <summary>What the runtime asks about the machine and about itself.</summary>
internal static unsafe class SystemFacts
{
    private const int PageSize = 30;
    private const int ProcessorsConfigured = 83;
    private const int ProcessorsOnline = 84;
    private const int PhysicalPages = 85;
    private const int AvailablePhysicalPages = 86;
    private const int SelfProcess = 1;
    private const long SyscallGetTid = 186;
    private const long SyscallMembarrier = 324;
    private const long MembarrierQuery = 0;
    private const long MembarrierPrivateExpedited = 1 << 3;
    private const long MembarrierRegisterPrivateExpedited = 1 << 4;
    private const ulong Infinity = ulong.MaxValue;

    private struct CpuUtilization
    {
        public ulong LastRecordedCurrentTime, LastRecordedKernelTime, LastRecordedUserTime;
    }

    private struct PhdrTable
    {
        public fixed ulong Words[2 * 7];
    }

    private static PhdrTable s_programHeaders;

    [RuntimeExport("sysconf")]
    private static long SystemConfiguration(int name)
    {
        MemoryInformation memory;
        switch (name)
        {
            case PageSize:
                return 4096;
            case ProcessorsConfigured:
            case ProcessorsOnline:
                return KernelCall.ProcessorCount();
            case PhysicalPages:
                KernelCall.MemoryInformation(&memory);
                return (long)memory.TotalPages;
            case AvailablePhysicalPages:
                KernelCall.MemoryInformation(&memory);
                return (long)memory.FreePages;
            default:
                return Errno.Fail(Errno.InvalidArgument);
        }
    }

    /// <summary>
    /// membarrier: the collector flushes the write buffers of all processors with it.
    /// </summary>
    [RuntimeExport("syscall")]
    private static long SystemCall(long number, long first, long second)
    {
        if (number == SyscallGetTid)
            return KernelCall.ThreadSelf();
        if (number == SyscallMembarrier && first == MembarrierQuery)
            return MembarrierPrivateExpedited | MembarrierRegisterPrivateExpedited;
        if (number == SyscallMembarrier)
        {
            if (first == MembarrierPrivateExpedited)
                KernelCall.MemoryBarrier();
            return 0;
        }

        return Errno.Fail(Errno.NotSupported);
    }

    [RuntimeExport("getpid")]
    private static int GetProcess() => SelfProcess;

    [RuntimeExport("SystemNative_GetPid")]
    private static int GetProcessManaged() => SelfProcess;

    [RuntimeExport("SystemNative_GetEUid")]
    private static uint GetEffectiveUser() => 0;

    [RuntimeExport("getrlimit64")]
    private static int GetLimit(int resource, ulong* limits)
    {
        limits[0] = Infinity;
        limits[1] = Infinity;
        return 0;
    }

    /// <summary>glibc's sysinfo is asked for swap space: there is none, and the caller copes with an error.</summary>
    [RuntimeExport("sysinfo")]
    private static int GetSystemInformation(void* information) => Errno.Fail(Errno.NotSupported);

    [RuntimeExport("prctl")]
    private static int ProcessControl(int option) => 0;

    /// <summary>The thread pool's hill climbing: the share of processor time in use, in percent.</summary>
    [RuntimeExport("SystemNative_GetCpuUtilization")]
    private static double GetCpuUtilization(CpuUtilization* previous) => 0;

    /// <summary>
    /// The unwinder finds the frame tables of the image here: a segment that holds the code, and the header of .eh_frame.
    /// </summary>
    [RuntimeExport("dl_iterate_phdr")]
    private static int IterateProgramHeaders(delegate*<DlInformation*, ulong, void*, int> callback, void* data)
    {
        ImageSymbols* image = ImageSymbols.Get();
        fixed (PhdrTable* table = &s_programHeaders)
        {
            ulong* words = table->Words;
            words[0] = 1 | (5ul << 32); // PT_LOAD, read and execute
            words[2] = image->TextStart;
            words[3] = image->TextStart;
            words[4] = image->RodataEnd - image->TextStart;
            words[5] = words[4];
            words[6] = 4096;
            words[7] = 0x6474e550 | (4ul << 32); // PT_GNU_EH_FRAME
            words[9] = image->EhFrameHdrStart;
            words[10] = image->EhFrameHdrStart;
            words[11] = image->EhFrameHdrEnd - image->EhFrameHdrStart;
            words[12] = words[11];
            words[13] = 4;

            DlInformation information = default;
            byte empty = 0;
            information.Name = &empty;
            information.Headers = (ulong)words;
            information.HeaderCount = 2;
            information.Adds = 1;
            return callback(&information, (ulong)sizeof(DlInformation), data);
        }
    }

    [RuntimeExport("dladdr")]
    private static int FindSymbol(void* address, void* information) => 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct DlInformation
    {
        public ulong Address;
        public byte* Name;
        public ulong Headers;
        public ushort HeaderCount;
        public ulong Adds, Subs;
        public ulong TlsModule;
        public void* TlsData;
    }
}
