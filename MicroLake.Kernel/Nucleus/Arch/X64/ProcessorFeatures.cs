using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.SystemCalls;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>Turns on, for one processor, what the kernel uses where the processor has it (Intel SDM volume 3, 2.5).</summary>
internal static unsafe class ProcessorFeatures
{
    private const ulong Cr4PageGlobal = 1 << 7;
    private const ulong Cr4Umip = 1 << 11;
    private const ulong Cr4FsGsBase = 1 << 16;
    private const ulong Cr4Smep = 1 << 20;
    private const ulong Cr4Smap = 1 << 21;

    private const uint MsrExtendedFeatures = 0xc0000080;
    private const uint MsrStar = 0xc0000081;
    private const uint MsrLongStar = 0xc0000082;
    private const uint MsrFlagMask = 0xc0000084;
    private const uint MsrKernelGsBase = 0xc0000102;
    private const ulong SystemCallEnable = 1;

    /// <summary>TF, IF, DF, IOPL, NT, AC: off while a system call is being entered.</summary>
    private const ulong EntryFlagMask = 0x47700;

    /// <summary>Enables extended state, FSGSBASE, SMEP, SMAP, UMIP and system calls on the processor of this block.</summary>
    public static void Enable(PerCpu* cpu)
    {
        ExtendedState.Enable();
        cpu->XsaveMask = ExtendedState.Mask;
        uint* registers = stackalloc uint[4];
        Processor.CpuId(0, 0, registers);
        uint lastLeaf = registers[0];
        ulong features = Cr4PageGlobal;
        if (lastLeaf >= 7)
        {
            Processor.CpuId(7, 0, registers);
            if ((registers[1] & 1) != 0)
            {
                features |= Cr4FsGsBase;
                cpu->HasFsGsBase = 1;
            }

            if ((registers[1] & (1 << 7)) != 0)
                features |= Cr4Smep;
            if ((registers[1] & (1 << 20)) != 0)
            {
                features |= Cr4Smap;
                cpu->HasSmap = 1;
            }

            if ((registers[2] & (1 << 2)) != 0)
                features |= Cr4Umip;
        }

        Processor.WriteCr4(Processor.ReadCr4() | features);
        EnableSystemCalls(cpu);
        DirectSwitch.FollowObservers(cpu);
    }

    /// <summary>SYSCALL from processes (Intel SDM volume 3, 5.8.8).</summary>
    private static void EnableSystemCalls(PerCpu* cpu)
    {
        cpu->SystemCalls = SystemCallTable.Functions;
        Processor.WriteMsr(MsrExtendedFeatures, Processor.ReadMsr(MsrExtendedFeatures) | SystemCallEnable);
        Processor.WriteMsr(MsrStar, ((ulong)DescriptorTables.KernelCode << 32) | ((ulong)(DescriptorTables.KernelData | 3) << 48));
        Processor.WriteMsr(MsrLongStar, SystemCallEntry());
        Processor.WriteMsr(MsrFlagMask, EntryFlagMask);
        Processor.WriteMsr(MsrKernelGsBase, 0);
    }

    [RuntimeImport("*", "x64_system_call_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong SystemCallEntry();
}
