namespace MicroLake.Nucleus.Arch.X64;

/// <summary>The two 8259s: moved off the exception vectors and masked for good.</summary>
internal static class LegacyPic
{
    private const ushort MasterCommand = 0x20;
    private const ushort MasterData = 0x21;
    private const ushort SlaveCommand = 0xa0;
    private const ushort SlaveData = 0xa1;
    private const byte SpuriousBase = 0xe0;

    public static void Disable()
    {
        Processor.Out8(MasterCommand, 0x11);
        Processor.Out8(SlaveCommand, 0x11);
        Processor.Out8(MasterData, SpuriousBase);
        Processor.Out8(SlaveData, SpuriousBase + 8);
        Processor.Out8(MasterData, 4);
        Processor.Out8(SlaveData, 2);
        Processor.Out8(MasterData, 1);
        Processor.Out8(SlaveData, 1);
        Processor.Out8(MasterData, 0xff);
        Processor.Out8(SlaveData, 0xff);
    }
}
