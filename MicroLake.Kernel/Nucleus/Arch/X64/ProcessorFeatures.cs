namespace MicroLake.Nucleus.Arch.X64;

/// <summary>Turns on, for one processor, what the kernel uses where the processor has it (Intel SDM volume 3, 2.5).</summary>
internal static unsafe class ProcessorFeatures
{
    private const ulong Cr4PageGlobal = 1 << 7;
    private const ulong Cr4Umip = 1 << 11;
    private const ulong Cr4FsGsBase = 1 << 16;
    private const ulong Cr4Smep = 1 << 20;

    /// <summary>Enables extended state, FSGSBASE, SMEP and UMIP on the processor of this block.</summary>
    public static void Enable(PerCpu* cpu)
    {
        ExtendedState.Enable();
        cpu->XsaveMask = ExtendedState.Mask;
        uint* registers = stackalloc uint[4];
        Processor.CpuId(0, 0, registers);
        uint lastLeaf = registers[0];
        ulong features = Cr4PageGlobal;
        if (lastLeaf >= 7)
        {
            Processor.CpuId(7, 0, registers);
            if ((registers[1] & 1) != 0)
            {
                features |= Cr4FsGsBase;
                cpu->HasFsGsBase = 1;
            }

            if ((registers[1] & (1 << 7)) != 0)
                features |= Cr4Smep;
            if ((registers[2] & (1 << 2)) != 0)
                features |= Cr4Umip;
        }

        Processor.WriteCr4(Processor.ReadCr4() | features);
    }
}
