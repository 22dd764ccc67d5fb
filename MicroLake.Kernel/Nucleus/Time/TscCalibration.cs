using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Time;

/// <summary>
/// The time-stamp counter's frequency, measured against a counter of known frequency: the HPET where ACPI names one,
/// else channel 2 of the 8254. Each end of the interval is the tightest of several readings, so that a
/// descheduled emulator does not distort it.
/// </summary>
internal static unsafe class TscCalibration
{
    private const ulong PitHertz = 1_193_182;
    private const ulong FemtosecondsPerSecond = 1_000_000_000_000_000;
    private const int Attempts = 12;
    private const ulong IntervalDivisor = 50;

    private struct Reading
    {
        public ulong Tsc, Reference;
    }

    /// <summary>Ticks per second. <paramref name="hpet"/>: the mapped registers, or null.</summary>
    public static ulong Measure(byte* hpet)
    {
        ulong hertz = PitHertz;
        if (hpet != null)
        {
            ulong period = *(uint*)(hpet + 4);
            *(ulong*)(hpet + 0x10) |= 1;
            hertz = FemtosecondsPerSecond / period;
        }
        else
        {
            StartPit();
        }

        Reading first = Tightest(hpet);
        Reading now = first;
        ulong wanted = hertz / IntervalDivisor;
        while (Elapsed(hpet, first.Reference, now.Reference) < wanted)
            now = Tightest(hpet);
        return Scale(now.Tsc - first.Tsc, hertz, Elapsed(hpet, first.Reference, now.Reference));
    }

    private static ulong Scale(ulong ticks, ulong hertz, ulong elapsed)
    {
        // ticks * hertz stays below 2^64: 20 ms of a 10 GHz counter times 100 MHz.
        return ticks * hertz / elapsed;
    }

    private static Reading Tightest(byte* hpet)
    {
        Reading best;
        best.Tsc = 0;
        best.Reference = 0;
        ulong bestWidth = ulong.MaxValue;
        for (int i = 0; i < Attempts; i++)
        {
            ulong before = Processor.ReadTimeStamp();
            ulong reference = hpet != null ? System.Threading.Volatile.Read(ref *(ulong*)(hpet + 0xf0)) : ReadPit();
            ulong after = Processor.ReadTimeStamp();
            if (after - before >= bestWidth)
                continue;
            bestWidth = after - before;
            best.Tsc = before + (after - before) / 2;
            best.Reference = reference;
        }

        return best;
    }

    private static ulong Elapsed(byte* hpet, ulong from, ulong to) =>
        hpet != null ? (to - from) & uint.MaxValue : (from - to) & 0xffff;

    private static void StartPit()
    {
        Processor.Out8(0x61, (byte)((Processor.In8(0x61) & 0xfd) | 1));
        Processor.Out8(0x43, 0xb4);
        Processor.Out8(0x42, 0xff);
        Processor.Out8(0x42, 0xff);
    }

    private static ulong ReadPit()
    {
        Processor.Out8(0x43, 0x80);
        uint low = Processor.In8(0x42);
        return low | ((uint)Processor.In8(0x42) << 8);
    }
}
