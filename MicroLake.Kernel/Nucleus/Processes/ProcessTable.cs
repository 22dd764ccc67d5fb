using MicroLake.Abi;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// Process identifiers: the low 12 bits are a slot, the rest its generation, so that an identifier of a process that is gone never names
/// another. Guarded by the lock of <see cref="ThreadList"/>.
/// </summary>
internal static unsafe class ProcessTable
{
    public const int Capacity = 256;
    private const int SlotBits = 12;

    private struct Slots
    {
        public fixed ulong Processes[Capacity];
        public fixed uint Generations[Capacity];
    }

    private static Slots s_slots;

    /// <summary>Gives the process an identifier. False: there are too many.</summary>
    public static bool TryAdd(Process* process)
    {
        bool added = false;
        uint interrupts = ThreadList.AcquireLock();
        fixed (Slots* slots = &s_slots)
        {
            for (uint i = 0; i < Capacity && !added; i++)
            {
                if (slots->Processes[i] != 0)
                    continue;
                slots->Processes[i] = (ulong)process;
                slots->Generations[i] = (slots->Generations[i] + 1) & 0x7ffff;
                process->Id = (slots->Generations[i] << SlotBits) | i;
                added = true;
            }
        }

        ThreadList.ReleaseLock(interrupts);
        return added;
    }

    /// <summary>The process of that identifier, which stays until <see cref="Unpin"/>; null: there is none.</summary>
    public static Process* Pin(uint id)
    {
        uint interrupts = ThreadList.AcquireLock();
        Process* process = FindLocked(id);
        if (process != null)
            process->Pins++;
        ThreadList.ReleaseLock(interrupts);
        return process;
    }

    /// <summary>The same for the process in a slot.</summary>
    public static Process* PinAt(int index)
    {
        uint interrupts = ThreadList.AcquireLock();
        Process* process = AtLocked(index);
        if (process != null)
            process->Pins++;
        ThreadList.ReleaseLock(interrupts);
        return process;
    }

    public static void Unpin(Process* process)
    {
        uint interrupts = ThreadList.AcquireLock();
        process->Pins--;
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>
    /// From now on nobody finds the process, and it gets no thread. <see cref="Status.WouldBlock"/>: it has threads.
    /// <see cref="Status.NotFound"/>: there is none of that identifier.
    /// </summary>
    public static Status Remove(uint id, out Process* process)
    {
        uint interrupts = ThreadList.AcquireLock();
        process = FindLocked(id);
        Status status = process == null ? Status.NotFound : process->ThreadCount != 0 ? Status.WouldBlock : Status.Ok;
        if (status == Status.Ok)
        {
            if (process->End == ProcessEnd.None)
                process->End = ProcessEnd.Killed;
            fixed (Slots* slots = &s_slots)
                slots->Processes[id & ((1 << SlotBits) - 1)] = 0;
        }

        ThreadList.ReleaseLock(interrupts);
        return status;
    }

    /// <summary>The process of that identifier, or null. The caller holds the lock.</summary>
    public static Process* FindLocked(uint id)
    {
        uint index = id & ((1 << SlotBits) - 1);
        if (index >= Capacity)
            return null;
        fixed (Slots* slots = &s_slots)
        {
            var process = (Process*)slots->Processes[index];
            return process != null && process->Id == id ? process : null;
        }
    }

    /// <summary>The process in a slot, or null. The caller holds the lock.</summary>
    public static Process* AtLocked(int index)
    {
        fixed (Slots* slots = &s_slots)
            return (Process*)slots->Processes[index];
    }
}
