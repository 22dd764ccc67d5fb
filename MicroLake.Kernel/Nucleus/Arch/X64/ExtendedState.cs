namespace MicroLake.Nucleus.Arch.X64;

/// <summary>
/// FPU, SSE, AVX and AVX-512 state of threads: XSAVE with the components that fit a thread's area, or FXSAVE where the
/// processor has no XSAVE (Intel SDM volume 1, chapter 13).
/// </summary>
internal static unsafe class ExtendedState
{
    private const ulong X87Sse = 0x3;
    private const ulong Avx = 0x4;
    private const ulong Avx512 = 0xe0;
    private const ulong Cr4OsXsave = 1 << 18;
    private const uint FeatureXsave = 1u << 26;
    private const int FxsaveBytes = 512;
    private const int HeaderBytes = 64;
    private const uint DefaultMxcsr = 0x1f80;
    private const uint MxcsrBits = 0xffbf;
    private const ushort DefaultControlWord = 0x037f;

    private static ulong s_mask;
    private static int s_areaBytes;

    /// <summary>Components that are saved; 0 without XSAVE.</summary>
    public static ulong Mask => s_mask;

    /// <summary>Bytes of a save area with the components in <see cref="Mask"/>.</summary>
    public static int AreaBytes => s_areaBytes;

    /// <summary>Turns the components on for this processor (CR4.OSXSAVE, XCR0).</summary>
    public static void Enable()
    {
        uint* registers = stackalloc uint[4];
        Processor.CpuId(1, 0, registers);
        s_areaBytes = FxsaveBytes;
        s_mask = 0;
        if ((registers[2] & FeatureXsave) == 0)
            return;

        Processor.WriteCr4(Processor.ReadCr4() | Cr4OsXsave);
        Processor.CpuId(0xd, 0, registers);
        ulong supported = registers[0] | ((ulong)registers[3] << 32);
        ulong mask = X87Sse | (supported & Avx);
        if ((mask & Avx) != 0 && (supported & Avx512) == Avx512)
            mask |= Avx512;
        Processor.WriteXcr0(mask);
        Processor.CpuId(0xd, 0, registers);
        int bytes = (int)registers[1];
        if (bytes > Scheduling.Thread.XsaveBytes)
        {
            mask = X87Sse;
            Processor.WriteXcr0(mask);
            bytes = FxsaveBytes + HeaderBytes;
        }

        s_mask = mask;
        s_areaBytes = (bytes + 7) & ~7;
    }

    /// <summary>Puts an area back into the state that a thread starts with.</summary>
    public static void ResetArea(byte* area)
    {
        Memory.RawMemory.Clear(area, (ulong)s_areaBytes);
        InitializeArea(area);
    }

    /// <summary>
    /// Makes an area that a process has written fit for XRSTOR, which faults on what it does not allow: components that are not saved, a
    /// header that is not in the standard form, reserved bits of MXCSR (Intel SDM volume 1, 13.8.1).
    /// </summary>
    public static void Sanitize(byte* area)
    {
        *(uint*)(area + 24) &= MxcsrBits;
        if (s_mask == 0)
            return;
        var header = (ulong*)(area + FxsaveBytes);
        header[0] &= s_mask;
        for (int i = 1; i < HeaderBytes / 8; i++)
            header[i] = 0;
    }

    /// <summary>Fills a zeroed area with the state that a thread starts with.</summary>
    public static void InitializeArea(byte* area)
    {
        *(ushort*)area = DefaultControlWord;
        *(uint*)(area + 24) = DefaultMxcsr;
    }
}
