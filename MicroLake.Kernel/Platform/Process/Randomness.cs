using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>Random bytes for hash codes, Random and Guid.</summary>
internal static unsafe class Randomness
{
    [RuntimeExport("SystemNative_GetNonCryptographicallySecureRandomBytes")]
    private static void GetBytes(byte* buffer, int length) => _ = KernelCall.Random(buffer, length);

    /// <summary>0 on success, -1 where the processor has no random-number instruction.</summary>
    [RuntimeExport("SystemNative_GetCryptographicallySecureRandomBytes")]
    private static int GetSecureBytes(byte* buffer, int length) => KernelCall.Random(buffer, length) != 0 ? 0 : -1;
}
