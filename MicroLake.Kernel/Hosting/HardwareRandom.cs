namespace MicroLake.Hosting;

/// <summary>Numbers that nobody can foresee, where the machine has such (RDRAND).</summary>
public static unsafe class HardwareRandom
{
    /// <summary>A number from 0 up to <paramref name="limit"/>, a power of two, which is not reached.</summary>
    public static ulong Next(ulong limit)
    {
        ulong value;
        _ = KernelCall.Random((byte*)&value, sizeof(ulong));
        return value & (limit - 1);
    }
}
