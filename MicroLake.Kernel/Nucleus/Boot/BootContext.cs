using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Boot;

/// <summary>
/// What a trap needs before there are threads: the processor's block behind GS, and a control block to save the extended state
/// in. Without them a fault in the first steps of the boot could not be told.
/// </summary>
internal static unsafe class BootContext
{
    private struct ControlBlock
    {
        /// <summary>Two pages, for one that begins at a page border.</summary>
        public fixed byte Bytes[8192];
    }

    private static ControlBlock s_block;

    public static void Install(PerCpu* cpu)
    {
        fixed (ControlBlock* block = &s_block)
        {
            var thread = (Thread*)(((ulong)block + PageTable.PageBytes - 1) & ~(PageTable.PageBytes - 1));
            Scheduler.SetName(thread, "boot"u8);
            thread->Process = Process.Kernel;
            cpu->Current = thread;
        }

        PerCpu.MakeCurrent(cpu);
    }
}
