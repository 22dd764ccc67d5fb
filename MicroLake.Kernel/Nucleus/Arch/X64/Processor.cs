using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>Machine instructions that C# cannot express; the bodies are in processor.S and traps.S.</summary>
internal static unsafe class Processor
{
    [RuntimeImport("*", "x64_out8")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Out8(ushort port, byte value);

    [RuntimeImport("*", "x64_out16")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Out16(ushort port, ushort value);

    [RuntimeImport("*", "x64_out32")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Out32(ushort port, uint value);

    [RuntimeImport("*", "x64_in8")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern byte In8(ushort port);

    [RuntimeImport("*", "x64_in16")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ushort In16(ushort port);

    [RuntimeImport("*", "x64_in32")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint In32(ushort port);

    [RuntimeImport("*", "x64_rdmsr")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ReadMsr(uint register);

    [RuntimeImport("*", "x64_wrmsr")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void WriteMsr(uint register, ulong value);

    [RuntimeImport("*", "x64_rdtsc")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ReadTimeStamp();

    [RuntimeImport("*", "x64_cpuid")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void CpuId(uint leaf, uint subleaf, uint* eaxEbxEcxEdx);

    [RuntimeImport("*", "x64_read_cr2")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ReadCr2();

    [RuntimeImport("*", "x64_read_cr3")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ReadCr3();

    [RuntimeImport("*", "x64_write_cr3")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void WriteCr3(ulong value);

    [RuntimeImport("*", "x64_read_cr4")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ReadCr4();

    [RuntimeImport("*", "x64_write_cr4")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void WriteCr4(ulong value);

    [RuntimeImport("*", "x64_write_xcr0")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void WriteXcr0(ulong value);

    [RuntimeImport("*", "x64_invlpg")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void InvalidatePage(ulong address);

    [RuntimeImport("*", "x64_pause")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Pause();

    [RuntimeImport("*", "x64_halt_forever")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void HaltForever();

    [RuntimeImport("*", "x64_enable_interrupts_and_halt")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void EnableInterruptsAndHalt();

    [RuntimeImport("*", "x64_enable_interrupts")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void EnableInterrupts();

    [RuntimeImport("*", "x64_disable_interrupts")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint DisableInterrupts();

    [RuntimeImport("*", "x64_load_gdt")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LoadGdt(void* pointer);

    [RuntimeImport("*", "x64_load_idt")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LoadIdt(void* pointer);

    [RuntimeImport("*", "x64_load_task_register")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LoadTaskRegister(ushort selector);

    [RuntimeImport("*", "x64_current_cpu")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern PerCpu* CurrentCpu();

    [RuntimeImport("*", "x64_current_thread")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Thread* CurrentThread();

    [RuntimeImport("*", "x64_frame_pointer")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong FramePointer();

    [RuntimeImport("*", "x64_try_lock")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint TryLock(uint* word);

    [RuntimeImport("*", "x64_zero_pages")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ZeroPages(void* start, ulong pages);

    [RuntimeImport("*", "x64_switch")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Switch(Thread* from, Thread* to);

    [RuntimeImport("*", "x64_resume")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Resume(Thread* to);

    [RuntimeImport("*", "x64_rdrand")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint TryRandom(ulong* value);
}
