namespace MicroLake.Nucleus.Arch.X64;

/// <summary>RDRAND (Intel SDM volume 1, section 7.3.17), or a weaker generator over the time-stamp counter where it is missing.</summary>
internal static unsafe class HardwareRandom
{
    private const uint FeatureRdrand = 1u << 30;
    private const ulong Golden = 0x9e37_79b9_7f4a_7c15;

    private static ulong s_state;
    private static uint s_known;

    /// <summary>Fills the buffer. True: the bytes are fit for secrets (RDRAND gave them).</summary>
    public static bool Fill(byte* buffer, int length)
    {
        bool secure = HasRdrand();
        for (int i = 0; i < length; i += 8)
        {
            ulong value = 0;
            if (secure && Processor.TryRandom(&value) == 0)
                secure = false;
            if (!secure)
                value = NextWeak();
            for (int j = 0; j < 8 && i + j < length; j++)
                buffer[i + j] = (byte)(value >> (j * 8));
        }

        return secure;
    }

    private static bool HasRdrand()
    {
        if (s_known == 0)
        {
            uint* registers = stackalloc uint[4];
            Processor.CpuId(1, 0, registers);
            s_known = (registers[2] & FeatureRdrand) != 0 ? 1u : 2u;
        }

        return s_known == 1;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014) stirred with the time-stamp counter.</summary>
    private static ulong NextWeak()
    {
        ulong z = System.Threading.Interlocked.Add(ref s_state, Golden) ^ Processor.ReadTimeStamp();
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return z ^ (z >> 31);
    }
}
