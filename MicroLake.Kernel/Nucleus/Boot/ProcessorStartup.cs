using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Boot;

/// <summary>
/// Starts the processors that the MADT names, one after the other, by INIT and startup interrupts (Intel SDM volume 3, 9.4.4).
/// One that does not answer, or whose clock disagrees, is left out, and the log says so.
/// </summary>
internal static unsafe class ProcessorStartup
{
    private const byte StartupPage = 8;
    private const ulong IdleStackBytes = 32768;
    private const ulong InitNanoseconds = 10_000_000;
    private const ulong StartupNanoseconds = 200_000;
    private const ulong AnswerNanoseconds = 2_000_000_000;
    private const uint HighestXapicId = 254;

    /// <summary>What the startup code reads, in its order (startup.S).</summary>
    private struct Parameters
    {
        public ulong PageTableRoot;
        public ulong StackTop;
        public PerCpu* Cpu;
    }

    /// <summary>A processor on its way, as it and the boot processor see it.</summary>
    private enum Stage
    {
        None = 0,
        Running = 1,
        Accepted = 2,
        Refused = 3,
    }

    private static int s_stage;
    private static void* s_tables;

    /// <summary>Called on the boot processor, before threads run elsewhere.</summary>
    public static void StartOthers()
    {
        AcpiInformation* acpi = Firmware.Acpi;
        uint self = LocalApic.ApicId;
        int wanted = 0;
        for (int i = 0; i < acpi->ProcessorCount; i++)
            if (IsWanted(acpi->ProcessorApicIds[i], self))
            {
                LocalApic.SendInit(acpi->ProcessorApicIds[i]);
                wanted++;
            }

        if (wanted == 0)
            return;
        byte* page = DirectMap.Pointer(StartupPage * PageTable.PageBytes);
        byte* code = StartupCode();
        for (uint i = 0; i < StartupCodeBytes(); i++)
            page[i] = code[i];
        Wait(InitNanoseconds);
        for (int i = 0; i < acpi->ProcessorCount; i++)
            if (IsWanted(acpi->ProcessorApicIds[i], self))
                Start(acpi->ProcessorApicIds[i]);
        Log.Text("  processors: "u8);
        Log.Decimal((ulong)Processors.Count);
        Log.Text(" of "u8);
        Log.Decimal((ulong)acpi->ProcessorCount);
        Log.Text("\n"u8);
    }

    /// <summary>Whether to start it: the others, as far as the interrupt controller can name them.</summary>
    private static bool IsWanted(uint apicId, uint self) => apicId != self && apicId <= HighestXapicId;

    private static void Start(uint apicId)
    {
        PerCpu* cpu = Prepare(apicId);
        if (cpu == null)
        {
            LeaveOut(apicId, "too little memory"u8);
            return;
        }

        Volatile.Write(ref s_stage, (int)Stage.None);
        LocalApic.SendStartup(apicId, StartupPage);
        if (!WaitForAnswer(StartupNanoseconds))
        {
            // The specification has the startup interrupt sent twice; a processor that runs ignores the second.
            LocalApic.SendStartup(apicId, StartupPage);
            if (!WaitForAnswer(AnswerNanoseconds))
            {
                LeaveOut(apicId, "it does not answer"u8);
                return;
            }
        }

        ulong behind = TscCheck.Run();
        if (behind != 0)
        {
            Volatile.Write(ref s_stage, (int)Stage.Refused);
            LeaveOut(apicId, "its clock disagrees"u8);
            return;
        }

        Processors.Add(cpu);
        Volatile.Write(ref s_stage, (int)Stage.Accepted);
        while (Volatile.Read(ref s_stage) != (int)Stage.None)
            Processor.Pause();
    }

    /// <summary>Memory of a processor: block, tables, stacks, idle thread. Null: too little.</summary>
    private static PerCpu* Prepare(uint apicId)
    {
        if (sizeof(PerCpu) > (int)PageTable.PageBytes || Processors.Count == Processors.Maximum
            || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return null;
        var cpu = (PerCpu*)DirectMap.Pointer(frame);
        cpu->Index = (uint)Processors.Count;
        cpu->ApicId = apicId;
        s_tables = DescriptorTables.Create(cpu);
        if (s_tables == null || !KernelStack.TryAllocate(IdleStackBytes, out KernelStack stack)
            || !Scheduler.AdoptProcessor(cpu, stack.Guard, stack.Low, stack.High))
            return null;
        Parameters* parameters = StartupParameters();
        parameters->PageTableRoot = KernelPageTable.Root;
        parameters->StackTop = stack.High;
        parameters->Cpu = cpu;
        return cpu;
    }

    /// <summary>The first C# of a further processor, on its idle thread's stack.</summary>
    [RuntimeExport("nucleus_processor_start")]
    private static void Begin(PerCpu* cpu)
    {
        PerCpu.MakeCurrent(cpu);
        ProcessorFeatures.Enable(cpu);
        DescriptorTables.InstallOnThisProcessor(s_tables);
        LocalApic.Enable();
        Volatile.Write(ref s_stage, (int)Stage.Running);
        _ = TscCheck.Run();
        int stage;
        while ((stage = Volatile.Read(ref s_stage)) == (int)Stage.Running)
            Processor.Pause();
        if (stage == (int)Stage.Refused)
            Processor.HaltForever();
        cpu->ChargedUntil = Clock.Monotonic();
        Volatile.Write(ref s_stage, (int)Stage.None);
        Processor.EnableInterrupts();
        Dispatcher.IdleLoop();
    }

    private static bool WaitForAnswer(ulong nanoseconds)
    {
        ulong end = Clock.Monotonic() + nanoseconds;
        while (Volatile.Read(ref s_stage) != (int)Stage.Running)
        {
            if (Clock.Monotonic() >= end)
                return false;
            Processor.Pause();
        }

        return true;
    }

    private static void Wait(ulong nanoseconds)
    {
        ulong end = Clock.Monotonic() + nanoseconds;
        while (Clock.Monotonic() < end)
            Processor.Pause();
    }

    private static void LeaveOut(uint apicId, System.ReadOnlySpan<byte> why)
    {
        // One that answers late must not go on.
        LocalApic.SendInit(apicId);
        Log.Text("  processor with APIC identifier "u8);
        Log.Decimal(apicId);
        Log.Text(" is left out: "u8);
        Log.Line(why);
    }

    [RuntimeImport("*", "x64_startup_code")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* StartupCode();

    [RuntimeImport("*", "x64_startup_code_bytes")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint StartupCodeBytes();

    [RuntimeImport("*", "x64_startup_parameters")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern Parameters* StartupParameters();
}
