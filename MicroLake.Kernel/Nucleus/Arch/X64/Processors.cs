using System.Threading;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>The processors that run, by index; the boot processor is 0.</summary>
internal static unsafe class Processors
{
    /// <summary>Most processors that are started; a set of them is one 64-bit word.</summary>
    public const int Maximum = 64;

    private struct Table
    {
        public fixed ulong Blocks[Maximum];
    }

    private static Table s_table;
    private static int s_count;
    private static ulong s_idle;

    /// <summary>Processors that run.</summary>
    public static int Count => Volatile.Read(ref s_count);

    /// <summary>Bit n: processor n has nothing to do. A hint: it may have changed already.</summary>
    public static ulong Idle => Volatile.Read(ref s_idle);

    public static PerCpu* At(int index)
    {
        fixed (Table* table = &s_table)
            return (PerCpu*)table->Blocks[index];
    }

    /// <summary>Makes the processor known to the others. Called by one processor at a time.</summary>
    public static void Add(PerCpu* cpu)
    {
        fixed (Table* table = &s_table)
            table->Blocks[cpu->Index] = (ulong)cpu;
        Volatile.Write(ref s_count, (int)cpu->Index + 1);
    }

    /// <summary>A full barrier as well: what other processors queued before is seen after.</summary>
    public static void MarkIdle(PerCpu* cpu) => Interlocked.Or(ref s_idle, 1ul << (int)cpu->Index);

    public static void MarkBusy(PerCpu* cpu)
    {
        ulong bit = 1ul << (int)cpu->Index;
        if ((Idle & bit) != 0)
            Interlocked.And(ref s_idle, ~bit);
    }
}
