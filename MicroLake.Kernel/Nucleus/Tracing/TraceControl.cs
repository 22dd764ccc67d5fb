using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Tracing;

/// <summary>Starting, stopping and reading the trace.</summary>
internal static unsafe class TraceControl
{
    /// <summary>Fewest and most records of a processor's ring: 16 KiB to 64 MiB.</summary>
    public const ulong FewestRecords = 256;
    public const ulong MostRecords = 1 << 20;

    private static uint s_busy;
    private static ulong s_capacity;
    private static int s_processors;
    private static ulong s_startedAt;
    private static ulong s_stoppedAt;

    /// <summary>
    /// Starts a new trace with rings of that many records, a power of two; what the last one recorded is gone. The rings stay for
    /// the next trace of the same size.
    /// </summary>
    /// <returns>
    /// <see cref="Status.InvalidArgument"/> for another number; <see cref="Status.OutOfMemory"/> when there are no such runs of memory;
    /// <see cref="Status.WouldBlock"/> while another processor starts, stops or reads.
    /// </returns>
    public static Status Start(ulong records)
    {
        if (records < FewestRecords || records > MostRecords || (records & (records - 1)) != 0)
            return Status.InvalidArgument;
        if (!TryEnter())
            return Status.WouldBlock;
        Quiesce();
        if (records != s_capacity || s_processors != Processors.Count)
            Release();
        bool ready = TryPrepare(records);
        if (ready)
        {
            s_startedAt = Clock.Monotonic();
            s_stoppedAt = 0;
            for (int i = 0; i < s_processors; i++)
                Trace.WriteStart(Processors.At(i), RunningThread(Processors.At(i)), s_startedAt);
            Trace.SetRunning(true);
        }
        else
        {
            Release();
        }

        Leave();
        return ready ? Status.Ok : Status.OutOfMemory;
    }

    /// <summary>Ends the trace; its records stay. <see cref="Status.NotFound"/>: none runs.</summary>
    public static Status Stop()
    {
        if (!TryEnter())
            return Status.WouldBlock;
        bool running = Trace.IsRunning;
        if (running)
        {
            Quiesce();
            s_stoppedAt = Clock.Monotonic();
        }

        Leave();
        return running ? Status.Ok : Status.NotFound;
    }

    /// <summary>Fills the state of the trace.</summary>
    public static Status Describe(TraceStatus* status)
    {
        if (!TryEnter())
            return Status.WouldBlock;
        status->Running = Trace.IsRunning ? 1u : 0;
        status->Processors = (uint)s_processors;
        status->Capacity = s_capacity;
        status->StartedAt = s_startedAt;
        status->StoppedAt = s_stoppedAt;
        status->Written = 0;
        status->Dropped = 0;
        for (int i = 0; i < s_processors; i++)
        {
            status->Written += Processors.At(i)->Trace.Written;
            status->Dropped += Processors.At(i)->Trace.Dropped;
        }

        Leave();
        return Status.Ok;
    }

    /// <summary>Copies a processor's records (<see cref="TraceRing.Read"/>); -1 while another processor starts, stops or reads.</summary>
    public static int Read(int processor, ulong* position, TraceRecord* records, int count)
    {
        if (!TryEnter())
            return -1;
        int read = processor >= 0 && processor < s_processors ? Processors.At(processor)->Trace.Read(ref *position, records, count) : 0;
        Leave();
        return read;
    }

    /// <summary>
    /// Keeps writers out and waits until none is in: they write with interrupts off, a halted processor's in its interrupt handlers.
    /// </summary>
    private static void Quiesce()
    {
        Trace.SetRunning(false);
        ProcessorRequest.InterruptEverywhere();
    }

    private static bool TryPrepare(ulong records)
    {
        ulong bytes = records * TraceRecord.Bytes;
        for (int i = 0; i < Processors.Count; i++)
        {
            PerCpu* cpu = Processors.At(i);
            TraceRecord* memory = cpu->Trace.Records;
            if (memory == null)
            {
                if (!PhysicalMemory.TryAllocateContiguous(bytes / PageTable.PageBytes, ulong.MaxValue, out ulong physical))
                    return false;
                memory = (TraceRecord*)DirectMap.Pointer(physical);
            }

            // A record that is left over must not pass for one of this trace.
            Processor.ZeroPages(memory, bytes / PageTable.PageBytes);
            _ = cpu->Trace.Initialize(memory, records);
            s_processors = i + 1;
            s_capacity = records;
        }

        return true;
    }

    private static void Release()
    {
        for (int i = 0; i < s_processors; i++)
        {
            PerCpu* cpu = Processors.At(i);
            PhysicalMemory.FreeContiguous(DirectMap.Physical(cpu->Trace.Records), s_capacity * TraceRecord.Bytes / PageTable.PageBytes);
            cpu->Trace.Clear();
        }

        s_processors = 0;
        s_capacity = 0;
    }

    /// <summary>What a processor runs: under its lock, so that the thread does not end meanwhile.</summary>
    private static uint RunningThread(PerCpu* cpu)
    {
        uint interrupts = SpinLock.Acquire(&cpu->Lock, LockRank.RunQueue);
        uint id = cpu->Current->Id;
        SpinLock.Release(&cpu->Lock, LockRank.RunQueue, interrupts);
        return id;
    }

    private static bool TryEnter() => Interlocked.CompareExchange(ref s_busy, 1u, 0u) == 0;

    private static void Leave() => Volatile.Write(ref s_busy, 0);
}
