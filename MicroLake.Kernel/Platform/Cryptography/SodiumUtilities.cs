using System.Runtime;

namespace MicroLake.Platform.Cryptography;

/// <summary>
/// The functions of libsodium's utils.c that its hashes and signatures need. Its own would bring the whole library along, with its random
/// numbers and its memory guards.
/// </summary>
internal static unsafe class SodiumUtilities
{
    [RuntimeExport("sodium_memzero")]
    private static void MemZero(byte* memory, nuint length)
    {
        for (nuint i = 0; i < length; i++)
            System.Threading.Volatile.Write(ref memory[i], 0);
    }

    /// <summary>0 where the bytes are the same, else -1, in a time that does not depend on them.</summary>
    [RuntimeExport("sodium_memcmp")]
    private static int MemCmp(byte* one, byte* other, nuint length)
    {
        int difference = 0;
        for (nuint i = 0; i < length; i++)
            difference |= one[i] ^ other[i];
        return difference == 0 ? 0 : -1;
    }

    /// <summary>1 where all bytes are 0, in a time that does not depend on them.</summary>
    [RuntimeExport("sodium_is_zero")]
    private static int IsZero(byte* bytes, nuint length)
    {
        int sum = 0;
        for (nuint i = 0; i < length; i++)
            sum |= bytes[i];
        return sum == 0 ? 1 : 0;
    }
}
