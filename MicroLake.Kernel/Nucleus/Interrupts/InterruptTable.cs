using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>Interrupt vectors, their handlers and their counts.</summary>
internal static unsafe class InterruptTable
{
    public const int FirstVector = 32;
    public const int VectorCount = 224;
    public const int TimerVector = 0xf0;

    /// <summary>Another processor put work into this one's run queue.</summary>
    public const int RescheduleVector = 0xf1;

    /// <summary>Another processor asks for what <see cref="ProcessorRequest"/> says.</summary>
    public const int RequestVector = 0xf2;

    public const int SpuriousVector = 0xff;

    /// <summary>Device interrupts get the vectors from here on, in the order of the I/O APIC's inputs.</summary>
    public const int DeviceVector = 0x30;

    private struct HandlerArray
    {
        public fixed ulong Handlers[VectorCount];
        public fixed ulong Counts[VectorCount];
    }

    private static HandlerArray s_table;

    public static void Set(int vector, delegate*<void> handler)
    {
        fixed (HandlerArray* table = &s_table)
            table->Handlers[vector - FirstVector] = (ulong)handler;
    }

    public static ulong CountOf(int vector)
    {
        fixed (HandlerArray* table = &s_table)
            return table->Counts[vector - FirstVector];
    }

    public static bool IsUsed(int vector) => HasHandler(vector) || InterruptSignals.IsBound(vector);

    public static bool HasHandler(int vector)
    {
        fixed (HandlerArray* table = &s_table)
            return table->Handlers[vector - FirstVector] != 0;
    }

    public static void Handle(int vector)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        cpu->InterruptDepth++;
        cpu->InterruptCount++;
        Trace.InterruptBegin(cpu, vector);
        fixed (HandlerArray* table = &s_table)
        {
            System.Threading.Interlocked.Increment(ref table->Counts[vector - FirstVector]);
            var handler = (delegate*<void>)table->Handlers[vector - FirstVector];
            if (handler != null)
                handler();
            else if (vector < TimerVector)
                InterruptSignals.Arrived(vector);
        }

        if (vector != SpuriousVector)
            LocalApic.EndOfInterrupt();
        Trace.InterruptEnd(cpu, vector);
        cpu->InterruptDepth--;
    }
}
