using System.Threading;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>
/// Asks every other processor to drop address translations (TLB shoot-down; Intel SDM volume 3, 4.10.5), and waits until they
/// have. With an empty range it is a memory barrier on all of them. One request is under way at a time.
/// </summary>
/// <remarks>
/// A processor in HLT is not woken: it drops all translations when it leaves. One that spins for a lock with interrupts off
/// serves requests as it spins, so a request may be made with locks held.
/// </remarks>
internal static unsafe class ProcessorRequest
{
    /// <summary>Above so many pages the whole TLB is dropped.</summary>
    private const ulong MaxPagesOneByOne = 32;
    private const ulong AnyRoot = 0;

    private enum Request
    {
        /// <summary>Drop translations of a range; nothing for halted processors, which drop all when they leave.</summary>
        Flush,

        /// <summary>Use other page tables than these, halted or not: they are not even there when the processor wakes.</summary>
        LeaveRoot,

        /// <summary>Take an interrupt, halted or not.</summary>
        Interrupt,
    }

    private static SpinLock s_lock;
    private static Request s_request;
    private static ulong s_root;
    private static ulong s_start;
    private static ulong s_end;

    public static void Initialize() => InterruptTable.Set(InterruptTable.RequestVector, &Serve);

    /// <summary>
    /// Drops translations of [start, end) on all processors that may have some: for addresses of a process, those that use its page tables
    /// now. One that begins to do so later has none, because loading a root drops all.
    /// </summary>
    public static void FlushEverywhere(ulong root, ulong start, ulong end)
    {
        ulong users = root == KernelPageTable.Root ? AnyRoot : root;
        if (Processors.Count == 0 || Uses(Processor.CurrentCpu(), users))
            Flush(start, end);
        if (Processors.Count > 1)
            AskOthers(Request.Flush, users, start, end);
    }

    /// <summary>From now on no processor uses these page tables, those of a process without threads.</summary>
    public static void LeaveRoot(ulong root)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        PerCpu* cpu = Processor.CurrentCpu();
        if (cpu->ActiveRoot == root)
            UseKernelRoot(cpu);
        if (Processors.Count > 1)
            AskOthers(Request.LeaveRoot, root, 0, 0);
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    /// <summary>Every processor passes a full memory barrier before this returns.</summary>
    public static void BarrierEverywhere()
    {
        Interlocked.MemoryBarrier();
        if (Processors.Count > 1)
            AskOthers(Request.Flush, AnyRoot, 0, 0);
    }

    /// <summary>Every processor, halted or not, has served an interrupt before this returns: none is in a stretch with interrupts off that began earlier.</summary>
    public static void InterruptEverywhere()
    {
        if (Processors.Count > 1)
            AskOthers(Request.Interrupt, AnyRoot, 0, 0);
    }

    /// <summary>Does what is asked of this processor, if anything. Interrupts are off.</summary>
    public static void Serve()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        if (Volatile.Read(ref cpu->RequestWanted) == 0)
            return;
        // One that was halted has been passed over by earlier requests: it drops everything, whatever this one asks.
        if (cpu->IsHalted != 0)
            UseKernelRoot(cpu);
        else if (s_request == Request.Flush)
            Flush(s_start, s_end);
        else if (s_request == Request.LeaveRoot && cpu->ActiveRoot == s_root)
            UseKernelRoot(cpu);
        // Nobody asks anew before this request is answered: what the mark stands for has been done.
        Volatile.Write(ref cpu->FlushOnLeave, 0);
        Interlocked.Exchange(ref cpu->RequestWanted, 0u);
    }

    /// <summary>The processor is about to wait in HLT. Interrupts are off.</summary>
    public static void EnterHalt(PerCpu* cpu) => Interlocked.Exchange(ref cpu->IsHalted, 1u);

    /// <summary>The processor runs again: what it missed is made up for.</summary>
    public static void LeaveHalt(PerCpu* cpu)
    {
        if (cpu->IsHalted == 0)
            return;
        Interlocked.Exchange(ref cpu->IsHalted, 0u);
        // Whatever root was in use: the idle loop needs none but the kernel's.
        if (Interlocked.Exchange(ref cpu->FlushOnLeave, 0u) != 0)
            UseKernelRoot(cpu);
    }

    private static void AskOthers(Request request, ulong root, ulong start, ulong end)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.ProcessorRequest);
            PerCpu* self = Processor.CurrentCpu();
            s_request = request;
            s_root = root;
            s_start = start;
            s_end = end;
            int count = Processors.Count;
            for (int i = 0; i < count; i++)
                if (Processors.At(i) != self && Uses(Processors.At(i), root))
                    Ask(Processors.At(i));
            for (int i = 0; i < count; i++)
                while (Volatile.Read(ref Processors.At(i)->RequestWanted) != 0)
                    Processor.Pause();
            SpinLock.Release(spinLock, LockRank.ProcessorRequest, interrupts);
        }
    }

    /// <summary>Whether the processor may have translations of these tables. What changed in them was written before.</summary>
    private static bool Uses(PerCpu* cpu, ulong root)
    {
        Interlocked.MemoryBarrier();
        return root == AnyRoot || Volatile.Read(ref cpu->ActiveRoot) == root;
    }

    private static void UseKernelRoot(PerCpu* cpu)
    {
        cpu->ActiveRoot = KernelPageTable.Root;
        Processor.WriteCr3(KernelPageTable.Root);
    }

    private static void Ask(PerCpu* cpu)
    {
        // In this order on both sides: whoever sees the other's mark second acts on it.
        Interlocked.Exchange(ref cpu->FlushOnLeave, 1u);
        if (Volatile.Read(ref cpu->IsHalted) != 0 && s_request == Request.Flush)
            return;
        Interlocked.Exchange(ref cpu->RequestWanted, 1u);
        LocalApic.SendInterrupt(cpu->ApicId, InterruptTable.RequestVector);
    }

    private static void Flush(ulong start, ulong end)
    {
        if (end - start > MaxPagesOneByOne * PageTable.PageBytes)
        {
            Processor.WriteCr3(Processor.ReadCr3());
            return;
        }

        for (ulong address = start; address < end; address += PageTable.PageBytes)
            Processor.InvalidatePage(address);
    }
}
