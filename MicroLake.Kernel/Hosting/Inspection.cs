using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting;

/// <summary>The state of the system, read from the nucleus.</summary>
public static unsafe class Inspection
{
    private const long PageBytes = 4096;
    private const int TimerVector = 0xf0;
    private const int SpuriousVector = 0xff;
    private const int DeviceVector = 0x30;
    private const int IsaLines = 16;
    private const int FirstMessageVector = 0x50;
    private const int StampDigits = 16;

    private static readonly string[] s_states = ["ready", "running", "blocked", "dead"];

    public static TimeSpan Uptime() => RecordField.Time(Ipc.Now);

    /// <summary>Time that all processors together have been idle.</summary>
    public static TimeSpan IdleTime()
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (ProcessorUse processor in Processors())
            sum += processor.Idle;
        return sum;
    }

    /// <summary>The processors that run.</summary>
    public static IReadOnlyList<ProcessorUse> Processors()
    {
        var processors = new List<ProcessorUse>();
        ProcessorRecord record;
        while (KernelCall.ProcessorInformation(processors.Count, &record) != 0)
            processors.Add(new ProcessorUse(
                (int)record.Index, RecordField.Time(record.IdleNanoseconds), (long)record.Switches, (long)record.Steals,
                (long)record.Interrupts, (int)record.ReadyThreads));
        return processors;
    }

    /// <summary>Ticks of the time-stamp counter per second.</summary>
    public static long ClockFrequency() => (long)KernelCall.ClockFrequency();

    public static MemoryUse Memory()
    {
        MemoryInformation information;
        KernelCall.MemoryInformation(&information);
        long total = (long)information.TotalPages * PageBytes;
        long free = (long)information.FreePages * PageBytes;
        long tables = (long)information.PageTablePages * PageBytes;
        long stacks = (long)(information.StackPages + information.ThreadPages) * PageBytes;
        ulong heap, programs;
        KernelCall.MemoryUse(&heap, &programs);
        return new MemoryUse(
            total, free, (long)information.ImagePages * PageBytes, (long)heap * PageBytes, (long)programs * PageBytes, stacks, tables,
            (long)information.BootPages * PageBytes);
    }

    public static IReadOnlyList<ThreadUse> Threads()
    {
        var records = new ThreadRecord[64];
        while (true)
        {
            int count;
            fixed (ThreadRecord* first = records)
                count = KernelCall.ThreadList(first, records.Length);
            if (count > records.Length)
            {
                records = new ThreadRecord[count + 16];
                continue;
            }

            var threads = new List<ThreadUse>(count);
            for (int i = 0; i < count; i++)
            {
                ThreadRecord record = records[i];
                threads.Add(new ThreadUse(
                    (int)(record.Id & 0xffff), RecordField.Text(new ReadOnlySpan<byte>(record.Name, ThreadRecord.NameBytes)),
                    s_states[Math.Min(record.State, 3)], (int)record.Priority, (int)record.Processor,
                    RecordField.Time(record.RunNanoseconds), (long)record.Switches, record.Id, RecordField.Time(record.CreatedAt)));
            }

            return threads;
        }
    }

    public static IReadOnlyList<InterruptUse> Interrupts()
    {
        var interrupts = new List<InterruptUse>();
        for (int line = 0; line < IsaLines; line++)
            Add(interrupts, DeviceVector + line, line == 4 ? "serial console" : $"ISA line {line}", "IO-APIC");
        for (int vector = FirstMessageVector; vector < TimerVector; vector++)
            Add(interrupts, vector, "device", "MSI-X");
        Add(interrupts, TimerVector, "timer", "local");
        Add(interrupts, SpuriousVector, "spurious", "local");
        return interrupts;
    }

    /// <summary>The kernel's log, oldest line first, each with the time since the boot.</summary>
    public static IReadOnlyList<(TimeSpan Time, string Text)> LogLines()
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        ulong at = 0;
        int count;
        fixed (byte* start = buffer)
        {
            while ((count = KernelCall.LogRead(at, start, buffer.Length, &at)) > 0)
                bytes.AddRange(buffer.AsSpan(0, count));
        }

        var lines = new List<(TimeSpan, string)>();
        foreach (string line in Encoding.UTF8.GetString([.. bytes]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // A line that the ring has overwritten in part has lost its stamp: it goes too.
            if (line.Length > StampDigits && ulong.TryParse(
                line.AsSpan(0, StampDigits), System.Globalization.NumberStyles.HexNumber, null, out ulong nanoseconds))
                lines.Add((RecordField.Time(nanoseconds), line[(StampDigits + 1)..]));
        }

        return lines;
    }

    /// <summary>The processor's own name (CPUID leaves 0x80000002 to 4), or its vendor.</summary>
    public static string ProcessorName()
    {
        uint* registers = stackalloc uint[4];
        KernelCall.ProcessorIdentify(0x8000_0000, 0, registers);
        var name = new StringBuilder();
        if (registers[0] >= 0x8000_0004)
        {
            for (uint leaf = 0x8000_0002; leaf <= 0x8000_0004; leaf++)
            {
                KernelCall.ProcessorIdentify(leaf, 0, registers);
                name.Append(Encoding.ASCII.GetString((byte*)registers, 16));
            }
        }

        return name.ToString().Trim('\0', ' ');
    }

    private static void Add(List<InterruptUse> interrupts, int vector, string name, string kind)
    {
        long count = KernelCall.InterruptCount(vector);
        if (count >= 0)
            interrupts.Add(new InterruptUse(vector, name, kind, count));
    }
}
