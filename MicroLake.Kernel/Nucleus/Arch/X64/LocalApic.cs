using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Interrupts;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>The processor's own interrupt controller and timer (Intel SDM volume 3, chapter 11), xAPIC mode.</summary>
internal static unsafe class LocalApic
{
    private const uint MsrApicBase = 0x1b;
    private const ulong ApicEnable = 1 << 11;
    private const ulong BaseMask = 0x000f_ffff_ffff_f000;

    private const int Id = 0x20;
    private const int TaskPriority = 0x80;
    private const int EndOfInterruptRegister = 0xb0;
    private const int Spurious = 0xf0;
    private const int TimerLvt = 0x320;
    private const int Lint0Lvt = 0x350;
    private const int Lint1Lvt = 0x360;
    private const int ErrorLvt = 0x370;
    private const int TimerInitialCount = 0x380;
    private const int TimerCurrentCount = 0x390;
    private const int TimerDivide = 0x3e0;

    private const uint Masked = 1 << 16;
    private const uint DivideBy16 = 0x3;
    private const uint SoftwareEnable = 0x100;

    private static byte* s_registers;

    public static uint ApicId => Read(Id) >> 24;

    /// <summary>Turns the controller on with everything masked but the timer. False: its registers cannot be mapped.</summary>
    public static bool Enable()
    {
        ulong apicBase = Processor.ReadMsr(MsrApicBase);
        Processor.WriteMsr(MsrApicBase, apicBase | ApicEnable);
        s_registers = KernelPageTable.MapDevice(apicBase & BaseMask, PageTable.PageBytes);
        if (s_registers == null)
            return false;
        Write(TaskPriority, 0);
        Write(Lint0Lvt, Masked);
        Write(Lint1Lvt, Masked);
        Write(ErrorLvt, Masked);
        Write(TimerDivide, DivideBy16);
        Write(TimerLvt, InterruptTable.TimerVector);
        Write(Spurious, SoftwareEnable | InterruptTable.SpuriousVector);
        return true;
    }

    public static void EndOfInterrupt() => Write(EndOfInterruptRegister, 0);

    /// <summary>Starts the one-shot timer; 0 stops it.</summary>
    public static void StartTimer(uint count) => Write(TimerInitialCount, count);

    public static uint TimerCount => Read(TimerCurrentCount);

    private static uint Read(int register) => System.Threading.Volatile.Read(ref *(uint*)(s_registers + register));

    private static void Write(int register, uint value) =>
        System.Threading.Volatile.Write(ref *(uint*)(s_registers + register), value);
}
