using System.Threading;
using MicroLake.Nucleus.Interrupts;

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

    private static SpinLock s_lock;
    private static ulong s_start;
    private static ulong s_end;

    public static void Initialize() => InterruptTable.Set(InterruptTable.RequestVector, &Serve);

    /// <summary>Drops translations of [start, end) on all processors.</summary>
    public static void FlushEverywhere(ulong start, ulong end)
    {
        Flush(start, end);
        if (Processors.Count > 1)
            AskOthers(start, end);
    }

    /// <summary>Every processor passes a full memory barrier before this returns.</summary>
    public static void BarrierEverywhere()
    {
        Interlocked.MemoryBarrier();
        if (Processors.Count > 1)
            AskOthers(0, 0);
    }

    /// <summary>Does what is asked of this processor, if anything. Interrupts are off.</summary>
    public static void Serve()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        if (Volatile.Read(ref cpu->RequestWanted) == 0)
            return;
        Flush(s_start, s_end);
        // Nobody asks anew before this request is answered, so the mark is this request's.
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
        if (Interlocked.Exchange(ref cpu->FlushOnLeave, 0u) != 0)
            Processor.WriteCr3(Processor.ReadCr3());
    }

    private static void AskOthers(ulong start, ulong end)
    {
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.ProcessorRequest);
            PerCpu* self = Processor.CurrentCpu();
            s_start = start;
            s_end = end;
            int count = Processors.Count;
            for (int i = 0; i < count; i++)
                if (Processors.At(i) != self)
                    Ask(Processors.At(i));
            for (int i = 0; i < count; i++)
                while (Volatile.Read(ref Processors.At(i)->RequestWanted) != 0)
                    Processor.Pause();
            SpinLock.Release(spinLock, LockRank.ProcessorRequest, interrupts);
        }
    }

    private static void Ask(PerCpu* cpu)
    {
        // In this order on both sides: whoever sees the other's mark second acts on it.
        Interlocked.Exchange(ref cpu->FlushOnLeave, 1u);
        if (Volatile.Read(ref cpu->IsHalted) != 0)
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
