using System.Runtime;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>The PC speaker: channel 2 of the 8254 through port 0x61.</summary>
internal static class SpeakerCalls
{
    private const uint PitHertz = 1_193_182;

    /// <summary>Starts a tone of that pitch in hertz; 0 ends it.</summary>
    [RuntimeExport("mk_speaker")]
    private static void Speaker(uint hertz)
    {
        byte gate = Processor.In8(0x61);
        if (hertz < 19)
        {
            Processor.Out8(0x61, (byte)(gate & ~3));
            return;
        }

        uint divisor = PitHertz / hertz;
        Processor.Out8(0x43, 0xb6);
        Processor.Out8(0x42, (byte)divisor);
        Processor.Out8(0x42, (byte)(divisor >> 8));
        Processor.Out8(0x61, (byte)(gate | 3));
    }
}
