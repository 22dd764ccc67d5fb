namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Filling of memory without a library call: the library's versions may leave through a runtime transition,
/// which nucleus code must not do.
/// </summary>
public static unsafe class RawMemory
{
    /// <summary>Writes <paramref name="value"/> to <paramref name="count"/> bytes.</summary>
    public static void Fill(byte* target, ulong count, byte value)
    {
        ulong pattern = value * 0x0101010101010101UL;
        ulong i = 0;
        for (; i < count && ((ulong)(target + i) & 7) != 0; i++)
            target[i] = value;
        for (; count - i >= 8; i += 8)
            *(ulong*)(target + i) = pattern;
        for (; i < count; i++)
            target[i] = value;
    }

    /// <summary>Copies whole 8-byte words between ranges that do not overlap.</summary>
    public static void CopyQuads(void* target, void* source, ulong bytes)
    {
        byte* to = (byte*)target, from = (byte*)source;
        ulong i = 0;
        for (; bytes - i >= 64; i += 64)
        {
            ((FourWords*)(to + i))[0] = ((FourWords*)(from + i))[0];
            ((FourWords*)(to + i))[1] = ((FourWords*)(from + i))[1];
        }

        for (; i < bytes; i += 8)
            *(ulong*)(to + i) = *(ulong*)(from + i);
    }

    /// <summary>What the compiler copies in one vector register.</summary>
    private struct FourWords
    {
        public ulong A, B, C, D;
    }

    /// <summary>Copies bytes between ranges that do not overlap.</summary>
    public static void Copy(byte* target, byte* source, ulong bytes)
    {
        ulong words = bytes & ~7ul;
        CopyQuads(target, source, words);
        for (ulong i = words; i < bytes; i++)
            target[i] = source[i];
    }

    /// <summary>Writes zero to <paramref name="count"/> bytes.</summary>
    public static void Clear(void* target, ulong count) => Fill((byte*)target, count, 0);
}
