using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>The 16550 at COM1, polled: the output of the boot, of panics and of everything before interrupts.</summary>
internal static class Serial
{
    public const ushort Port = 0x3f8;

    private const ushort Data = Port;
    private const ushort InterruptEnable = Port + 1;
    private const ushort FifoControl = Port + 2;
    private const ushort LineControl = Port + 3;
    private const ushort ModemControl = Port + 4;
    private const ushort LineStatus = Port + 5;

    private const byte DataReady = 0x01;
    private const byte TransmitterEmpty = 0x20;

    /// <summary>115200 baud, 8 data bits, no parity, FIFO on, receive interrupt off.</summary>
    public static void Initialize()
    {
        Processor.Out8(InterruptEnable, 0);
        Processor.Out8(LineControl, 0x80);
        Processor.Out8(Data, 1);
        Processor.Out8(InterruptEnable, 0);
        Processor.Out8(LineControl, 0x03);
        Processor.Out8(FifoControl, 0xc7);
        Processor.Out8(ModemControl, 0x0b);
    }

    public static void EnableReceiveInterrupt() => Processor.Out8(InterruptEnable, 0x01);

    public static void Write(byte value)
    {
        // A missing port reads as all ones, so this also ends where there is no UART.
        while ((Processor.In8(LineStatus) & TransmitterEmpty) == 0)
            Processor.Pause();
        Processor.Out8(Data, value);
    }

    /// <summary>Writes a block, a whole transmit FIFO (16 bytes) for each look at the line status.</summary>
    public static unsafe void Write(byte* bytes, nint length)
    {
        nint i = 0;
        while (i < length)
        {
            while ((Processor.In8(LineStatus) & TransmitterEmpty) == 0)
                Processor.Pause();
            for (int burst = 0; burst < 16 && i < length; burst++)
                Processor.Out8(Data, bytes[i++]);
        }
    }

    public static bool TryRead(out byte value)
    {
        value = 0;
        byte status = Processor.In8(LineStatus);
        if ((status & DataReady) == 0 || status == 0xff)
            return false;
        value = Processor.In8(Data);
        return true;
    }
}
