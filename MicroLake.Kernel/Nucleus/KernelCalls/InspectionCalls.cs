using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls that show the system: threads, interrupts, processors.</summary>
internal static unsafe class InspectionCalls
{
    private struct RecordList
    {
        public ThreadRecord* Records;
        public int Capacity, Count;
    }

    /// <summary>Fills up to <paramref name="capacity"/> records; returns how many threads there are.</summary>
    [RuntimeExport("mk_thread_list")]
    private static int ListThreads(ThreadRecord* records, int capacity)
    {
        // The caller's pages must be there before the lock is held.
        for (int i = 0; i < capacity; i++)
            records[i].Id = 0;
        RecordList list;
        list.Records = records;
        list.Capacity = capacity;
        list.Count = 0;
        uint interrupts = ThreadList.AcquireLock();
        ThreadList.VisitLocked(&AddThread, &list);
        ThreadList.ReleaseLock(interrupts);
        return list.Count;
    }

    private static void AddThread(Thread* thread, void* context)
    {
        var list = (RecordList*)context;
        if (list->Count < list->Capacity)
        {
            ThreadRecord* record = list->Records + list->Count;
            record->Id = thread->Id;
            record->State = (uint)thread->State;
            record->Priority = thread->RunNode.Priority;
            record->Processor = thread->Home != null ? thread->Home->Index : 0;
            record->RunNanoseconds = Scheduler.RunTime(thread);
            record->CreatedAt = thread->CreatedAt;
            record->Switches = thread->Switches;
            for (int i = 0; i < ThreadRecord.NameBytes; i++)
                record->Name[i] = thread->Name[i];
        }

        list->Count++;
    }

    /// <summary>How often a vector interrupted; -1 when nothing is connected to it.</summary>
    [RuntimeExport("mk_interrupt_count")]
    private static long InterruptCount(int vector) =>
        vector < InterruptTable.FirstVector || vector >= InterruptTable.FirstVector + InterruptTable.VectorCount || !InterruptTable.IsUsed(vector)
            ? -1
            : (long)InterruptTable.CountOf(vector);

    /// <summary>CPUID: writes eax, ebx, ecx, edx.</summary>
    [RuntimeExport("mk_processor_identify")]
    private static void ProcessorIdentify(uint leaf, uint subleaf, uint* registers) => Processor.CpuId(leaf, subleaf, registers);

    /// <summary>Processors that run.</summary>
    [RuntimeExport("mk_processor_count")]
    private static int ProcessorCount() => Processors.Count;

    /// <summary>Fills what ps and top show of a processor. 0: there is none of that index.</summary>
    [RuntimeExport("mk_processor_information")]
    private static int ProcessorInformation(int index, ProcessorRecord* record)
    {
        if (index < 0 || index >= Processors.Count)
            return 0;
        PerCpu* cpu = Processors.At(index);
        record->Index = cpu->Index;
        record->ApicId = cpu->ApicId;
        record->IdleNanoseconds = Scheduler.RunTime(cpu->Idle);
        record->Switches = cpu->SwitchCount;
        record->Steals = cpu->StealCount;
        record->Interrupts = cpu->InterruptCount;
        record->ReadyThreads = cpu->Ready.Count;
        return 1;
    }

    [RuntimeExport("mk_clock_frequency")]
    private static ulong ClockFrequency() => Clock.Frequency;

    /// <summary>A file that the machine's starter handed in (fw_cfg, below opt/microlake/): its address and length, or null.</summary>
    [RuntimeExport("mk_boot_file")]
    private static byte* BootFile(byte* name, int length, ulong* bytes) => FirmwareConfiguration.Find(name, length, bytes);
}
