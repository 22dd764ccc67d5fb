namespace MicroLake.Hosting;

/// <summary>Numbers that nobody can foresee, where the machine has a source of such.</summary>
public static unsafe class HardwareRandom
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedBytes = 32;

    /// <summary>A number from 0 up to <paramref name="limit"/>, a power of two, which is not reached.</summary>
    public static ulong Next(ulong limit)
    {
        ulong value;
        _ = KernelCall.Random((byte*)&value, sizeof(ulong));
        return value & (limit - 1);
    }

    /// <summary>Gives the kernel randomness of a device; from then on all random bytes of the system are fit for secrets.</summary>
    public static void Seed(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedBytes, nameof(seed));
        fixed (byte* bytes = seed)
            KernelCall.RandomSeed(bytes);
    }
}
