using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>
/// Kernel calls by which a service in the kernel makes processes. Identifiers carry a generation; the service that made a process is the one
/// that gives it up, once.
/// </summary>
internal static unsafe class ProcessCalls
{
    private struct TimeSum
    {
        public Process* Process;
        public ulong Nanoseconds;
    }

    /// <summary>Makes a process without memory and threads.</summary>
    [RuntimeExport("mk_process_create")]
    private static Status Create(ProcessLimits* limits, byte* name, int nameLength, uint* id)
    {
        // A runtime that begins looks how much memory there is, and plans its heap for that.
        if (CommitCharge.Left < limits->MemoryPages)
            _ = HeapTrim.TryWait(0);
        Status status = ProcessLife.Create(limits, name, nameLength, out Process* process);
        *id = status == Status.Ok ? process->Id : 0;
        if (status == Status.Ok)
            Trace.Load(name, nameLength);
        return status;
    }

    /// <summary>Reserves a range of the process, where <paramref name="start"/> says or, if that is 0, at a place that it then says.</summary>
    [RuntimeExport("mk_process_reserve")]
    private static Status Reserve(uint id, ulong* start, ulong length, Protection protection)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        ulong asked = *start, at;
        Status status;
        do
        {
            at = asked;
            status = at != 0
                ? AddressSpace.ReserveAt(process->Space, at, length, protection, AddressSpace.Anonymous, true)
                : AddressSpace.Reserve(process->Space, length, 4096, protection, false, out at);
        }
        while (HeapTrim.TryWait(status, process->Space, length));
        ProcessTable.Unpin(process);
        *start = at;
        return status;
    }

    /// <summary>Sets what the process may do with a range that is reserved throughout.</summary>
    [RuntimeExport("mk_process_protect")]
    private static Status Protect(uint id, ulong start, ulong length, Protection protection)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        Status status = HeapTrim.Change(&AddressSpace.Protect, process->Space, start, length, protection);
        ProcessTable.Unpin(process);
        return status;
    }

    /// <summary>Maps a part of a memory object, named by the kernel's handle, into the process: where <paramref name="start"/> says, or if that is 0
    /// at a place that it then says.</summary>
    [RuntimeExport("mk_process_map")]
    private static Status Map(uint id, uint handle, ulong offset, ulong length, Protection protection, ulong* start)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        ulong at = *start;
        Status status = ObjectMappings.MapByHandle(Process.Kernel, handle, process->Space, offset, length, protection, true, ref at);
        ProcessTable.Unpin(process);
        *start = at;
        return status;
    }

    /// <summary>Moves a handle of the kernel to the process; says its number there.</summary>
    [RuntimeExport("mk_process_give")]
    private static Status Give(uint id, uint handle, uint* given)
    {
        Process* process = ProcessTable.Pin(id);
        *given = 0;
        if (process == null)
            return Status.NotFound;
        Message message;
        message.HandleCount = 1;
        message.Handles[0] = handle;
        uint interrupts = SpinLock.DisableInterrupts();
        Status status = HandleTransfer.Move(Process.Kernel, process, &message, &message);
        if (interrupts != 0)
            Arch.X64.Processor.EnableInterrupts();
        ProcessTable.Unpin(process);
        if (status == Status.Ok)
            *given = message.Handles[0];
        return status;
    }

    /// <summary>Copies into a process what its loader gives it, whatever the process's own rights are there.</summary>
    [RuntimeExport("mk_process_write")]
    private static Status Write(uint id, ulong address, byte* data, ulong length)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        // The caller's pages must be there before a lock is held.
        Touch(data, length, false);
        bool copied;
        while (!(copied = AddressSpace.TryCopy(process->Space, address, data, length, true, Protection.None, out ulong missing))
            && missing != 0 && process->End == ProcessEnd.None)
            PageWait.Sleep(id, missing);
        ProcessTable.Unpin(process);
        return copied ? Status.Ok : Status.InvalidArgument;
    }

    /// <summary>Starts a thread of the process at <paramref name="entry"/> with an argument, on a stack of the process.</summary>
    [RuntimeExport("mk_process_start")]
    private static Status Start(uint id, ulong entry, ulong argument, ulong stackLow, ulong stackHigh)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        Status status = ProcessLife.StartThread(process, entry, argument, stackLow, stackHigh, 0, Scheduler.DefaultPriority, out _);
        ProcessTable.Unpin(process);
        return status;
    }

    /// <summary>Ends a process from outside.</summary>
    [RuntimeExport("mk_process_kill")]
    private static Status Kill(uint id, int code)
    {
        uint interrupts = ThreadList.AcquireLock();
        Process* process = ProcessTable.FindLocked(id);
        if (process != null)
            ProcessLife.RequestEndLocked(process, ProcessEnd.Killed, code);
        ThreadList.ReleaseLock(interrupts);
        return process != null ? Status.Ok : Status.NotFound;
    }

    /// <summary>Waits for the end of a process that has had a thread.</summary>
    [RuntimeExport("mk_process_wait")]
    private static Status Wait(uint id, ulong deadline)
    {
        Process* process = ProcessTable.Pin(id);
        if (process == null)
            return Status.NotFound;
        Status status = ProcessLife.Wait(process, deadline);
        ProcessTable.Unpin(process);
        return status;
    }

    /// <summary>Gives up a process that has ended or never had a thread: all that it had is free on return.</summary>
    [RuntimeExport("mk_process_release")]
    private static Status Release(uint id)
    {
        Status status = ProcessTable.Remove(id, out Process* process);
        if (status == Status.Ok)
            ProcessLife.Release(process);
        return status;
    }

    /// <summary>What the starter and ps see of a process.</summary>
    [RuntimeExport("mk_process_information")]
    private static Status Information(uint id, ProcessRecord* record)
    {
        // The caller's pages must be there before the lock is held.
        RawMemory.Clear(record, (ulong)sizeof(ProcessRecord));
        uint interrupts = ThreadList.AcquireLock();
        Process* process = ProcessTable.FindLocked(id);
        if (process != null)
            Fill(record, process);
        ThreadList.ReleaseLock(interrupts);
        return process != null ? Status.Ok : Status.NotFound;
    }

    /// <summary>Writes up to <paramref name="capacity"/> identifiers; returns how many processes there are.</summary>
    [RuntimeExport("mk_process_list")]
    private static int List(uint* ids, int capacity)
    {
        for (int i = 0; i < capacity; i++)
            ids[i] = 0;
        int count = 0;
        uint interrupts = ThreadList.AcquireLock();
        for (int i = 0; i < ProcessTable.Capacity; i++)
        {
            Process* process = ProcessTable.AtLocked(i);
            if (process == null)
                continue;
            if (count < capacity)
                ids[count] = process->Id;
            count++;
        }

        ThreadList.ReleaseLock(interrupts);
        return count;
    }

    private static void Fill(ProcessRecord* record, Process* process)
    {
        record->Id = process->Id;
        record->End = process->End;
        record->ExitCode = process->ExitCode;
        record->Threads = process->ThreadCount;
        record->ChargedPages = process->Space->ChargedPages;
        record->ChargeLimitPages = process->Space->ChargeLimit;
        record->ResidentPages = process->Space->ResidentPages;
        record->SwappedPages = process->Space->SwappedPages;
        record->PageFaults = process->Space->Faults;
        record->Handles = process->Handles.Count;
        record->ProcessorPercent = process->Processor.Percent;
        TimeSum sum;
        sum.Process = process;
        sum.Nanoseconds = process->EndedRunNanoseconds;
        ThreadList.VisitLocked(&AddTime, &sum);
        record->RunNanoseconds = sum.Nanoseconds;
        record->CreatedAt = process->CreatedAt;
        record->FaultVector = process->FaultVector;
        record->FaultAddress = process->FaultAddress;
        record->FaultError = process->FaultError;
        record->FaultInstruction = process->FaultInstruction;
        record->FrameCount = process->FrameCount;
        record->MessageLength = process->MessageLength;
        RawMemory.CopyQuads(record->Frames, process->Frames, ProcessRecord.MaxFrames * sizeof(ulong));
        RawMemory.CopyQuads(record->Name, process->Name, ProcessRecord.NameBytes);
        RawMemory.CopyQuads(record->Message, process->Message, ProcessRecord.MessageBytes);
    }

    private static void AddTime(Thread* thread, void* context)
    {
        var sum = (TimeSum*)context;
        if (thread->Process == sum->Process)
            sum->Nanoseconds += Scheduler.RunTime(thread);
    }

    private static void Touch(byte* data, ulong length, bool write)
    {
        ulong end = (ulong)data + length;
        for (ulong at = (ulong)data; at < end; at = (at & ~4095ul) + 4096)
        {
            byte value = System.Threading.Volatile.Read(ref *(byte*)at);
            if (write)
                System.Threading.Volatile.Write(ref *(byte*)at, value);
        }
    }
}
