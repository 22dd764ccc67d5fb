using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>
/// GDT, TSS and IDT of a processor. Every vector runs on an IST stack (the runtime's C++ uses the red zone
/// below the interrupted stack pointer): 1 interrupts, 2 exceptions, 3 double fault, 4 NMI and machine check.
/// </summary>
internal static unsafe class DescriptorTables
{
    public const ushort KernelCode = 0x08;
    public const ushort KernelData = 0x10;

    /// <summary>SYSRET loads these two: the code segment is 16 above the kernel's data segment (Intel SDM volume 2, SYSRET).</summary>
    public const ushort UserData = 0x1b;
    public const ushort UserCode = 0x23;

    private const ushort TaskState = 0x28;
    private const int StackBytes = 16384;
    private const int IstStacks = 4;
    private const int VectorCount = 256;
    private const int StubBytes = 16;

    /// <summary>At the top of every trap stack, for traps that cannot tell whose GS base they found: the address of the processor's block.</summary>
    private const int StackHeadBytes = 16;

    private const byte InterruptStack = 1;
    private const byte ExceptionStack = 2;
    private const byte DoubleFaultStack = 3;
    private const byte NmiStack = 4;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct TablePointer
    {
        public ushort Limit;
        public ulong Base;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct TaskStateSegment
    {
        public uint Reserved0;
        public ulong Rsp0, Rsp1, Rsp2, Reserved1;
        public fixed ulong Ist[7];
        public ulong Reserved2;
        public ushort Reserved3, IoMapBase;
    }

    private struct Tables
    {
        public fixed ulong Gdt[8];
        public TaskStateSegment Tss;
        public fixed ulong Idt[VectorCount * 2];
    }

    private struct EarlyStacks
    {
        public fixed byte Bytes[IstStacks * StackBytes + 16];
    }

    // The boot processor's set lies in the image, so that faults can be told from the first C# on.
    private static Tables s_boot;
    private static EarlyStacks s_earlyStacks;

    [RuntimeImport("*", "x64_trap_stubs_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern byte* TrapStubs();

    public static void InstallOnBootProcessor(PerCpu* cpu)
    {
        fixed (Tables* tables = &s_boot)
        fixed (EarlyStacks* stacks = &s_earlyStacks)
        {
            ulong first = ((ulong)stacks->Bytes + 15) & ~15ul;
            for (int i = 0; i < IstStacks; i++)
                SetStack(tables, i, first + (ulong)((i + 1) * StackBytes), cpu);
            Install(tables);
        }
    }

    /// <summary>Gives the boot processor trap stacks with guard pages, once there is memory. False: there is too little.</summary>
    public static bool GuardBootStacks(PerCpu* cpu)
    {
        fixed (Tables* tables = &s_boot)
            return TryAddStacks(tables, cpu);
    }

    /// <summary>Makes the tables of a further processor. Null: no memory.</summary>
    public static void* Create(PerCpu* cpu)
    {
        ulong pages = ((ulong)sizeof(Tables) + PageTable.PageBytes - 1) / PageTable.PageBytes;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return null;
        var tables = (Tables*)DirectMap.Pointer(physical);
        Processor.ZeroPages(tables, pages);
        return TryAddStacks(tables, cpu) ? tables : null;
    }

    /// <summary>Loads tables of <see cref="Create"/> on this processor.</summary>
    public static void InstallOnThisProcessor(void* tables) => Install((Tables*)tables);

    private static bool TryAddStacks(Tables* tables, PerCpu* cpu)
    {
        for (int i = 0; i < IstStacks; i++)
        {
            if (!KernelStack.TryAllocate(StackBytes, out KernelStack stack))
                return false;
            SetStack(tables, i, stack.High, cpu);
        }

        return true;
    }

    private static void SetStack(Tables* tables, int index, ulong high, PerCpu* cpu)
    {
        tables->Tss.Ist[index] = high - StackHeadBytes;
        *(PerCpu**)(high - StackHeadBytes) = cpu;
    }

    private static void Install(Tables* tables)
    {
        ulong tss = (ulong)&tables->Tss;
        ulong limit = (ulong)sizeof(TaskStateSegment) - 1;
        tables->Gdt[1] = 0x00af9a000000ffff; // kernel code
        tables->Gdt[2] = 0x00cf92000000ffff; // kernel data
        tables->Gdt[3] = 0x00cff2000000ffff; // user data
        tables->Gdt[4] = 0x00affa000000ffff; // user code
        tables->Gdt[5] = (limit & 0xffff) | ((tss & 0xffffff) << 16) | (0x89ul << 40) | (((tss >> 24) & 0xff) << 56);
        tables->Gdt[6] = tss >> 32;

        tables->Tss.IoMapBase = (ushort)sizeof(TaskStateSegment);

        byte* stubs = TrapStubs();
        for (int vector = 0; vector < VectorCount; vector++)
        {
            ulong handler = (ulong)(stubs + vector * StubBytes);
            ulong low = (handler & 0xffff) | ((ulong)KernelCode << 16) | ((ulong)StackOf(vector) << 32)
                | (0x8eul << 40) | (((handler >> 16) & 0xffff) << 48);
            tables->Idt[vector * 2] = low;
            tables->Idt[vector * 2 + 1] = handler >> 32;
        }

        TablePointer pointer;
        pointer.Limit = 8 * sizeof(ulong) - 1;
        pointer.Base = (ulong)tables->Gdt;
        Processor.LoadGdt(&pointer);
        Processor.LoadTaskRegister(TaskState);
        pointer.Limit = VectorCount * 16 - 1;
        pointer.Base = (ulong)tables->Idt;
        Processor.LoadIdt(&pointer);
    }

    private static byte StackOf(int vector) => vector switch
    {
        2 or 18 => NmiStack,
        8 => DoubleFaultStack,
        < 32 => ExceptionStack,
        _ => InterruptStack,
    };
}
