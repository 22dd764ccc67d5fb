using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;

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
    private const int InterruptCommandLow = 0x300;
    private const int InterruptCommandHigh = 0x310;
    private const int TimerLvt = 0x320;
    private const int Lint0Lvt = 0x350;
    private const int Lint1Lvt = 0x360;
    private const int ErrorLvt = 0x370;
    private const int TimerInitialCount = 0x380;
    private const int TimerCurrentCount = 0x390;
    private const int TimerDivide = 0x3e0;

    private const uint DeliveryNmi = 4 << 8;
    private const uint DeliveryInit = 5 << 8;
    private const uint DeliveryStartup = 6 << 8;
    private const uint DeliveryPending = 1 << 12;
    private const uint LevelAssert = 1 << 14;
    private const uint Masked = 1 << 16;
    private const uint DivideBy16 = 0x3;
    private const uint SoftwareEnable = 0x100;

    private static byte* s_registers;

    public static uint ApicId => Read(Id) >> 24;

    /// <summary>Maps the registers, which are at the same address on every processor. False: no frame was left for a table.</summary>
    public static bool Map()
    {
        s_registers = KernelPageTable.MapDevice(Processor.ReadMsr(MsrApicBase) & BaseMask, PageTable.PageBytes);
        return s_registers != null;
    }

    /// <summary>Turns this processor's controller on with everything masked but the timer.</summary>
    public static void Enable()
    {
        Processor.WriteMsr(MsrApicBase, Processor.ReadMsr(MsrApicBase) | ApicEnable);
        Write(TaskPriority, 0);
        Write(Lint0Lvt, Masked);
        Write(Lint1Lvt, Masked);
        Write(ErrorLvt, Masked);
        Write(TimerDivide, DivideBy16);
        Write(TimerLvt, InterruptTable.TimerVector);
        Write(Spurious, SoftwareEnable | InterruptTable.SpuriousVector);
    }

    /// <summary>Interrupts another processor. The caller has interrupts off: the command takes two writes.</summary>
    public static void SendInterrupt(uint apicId, byte vector) => Send(apicId, vector);

    /// <summary>Interrupts another processor even where it has interrupts off.</summary>
    public static void SendNonMaskable(uint apicId) => Send(apicId, DeliveryNmi);

    /// <summary>Resets a processor; it then waits for <see cref="SendStartup"/> (Intel SDM volume 3, 9.4.4).</summary>
    public static void SendInit(uint apicId) => Send(apicId, DeliveryInit | LevelAssert);

    /// <summary>Starts a processor in real mode at <paramref name="page"/> * 4096.</summary>
    public static void SendStartup(uint apicId, byte page) => Send(apicId, DeliveryStartup | LevelAssert | page);

    private static void Send(uint apicId, uint command)
    {
        while ((Read(InterruptCommandLow) & DeliveryPending) != 0)
            Processor.Pause();
        Write(InterruptCommandHigh, apicId << 24);
        Write(InterruptCommandLow, command);
    }

    public static void EndOfInterrupt() => Write(EndOfInterruptRegister, 0);

    /// <summary>Starts the one-shot timer; 0 stops it.</summary>
    public static void StartTimer(uint count) => Write(TimerInitialCount, count);

    public static uint TimerCount => Read(TimerCurrentCount);

    private static uint Read(int register) => System.Threading.Volatile.Read(ref *(uint*)(s_registers + register));

    private static void Write(int register, uint value) =>
        System.Threading.Volatile.Write(ref *(uint*)(s_registers + register), value);
}
