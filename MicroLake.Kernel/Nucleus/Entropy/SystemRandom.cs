using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Entropy;

/// <summary>Random bytes for everybody: from a key once a device has given a seed, until then from the processor.</summary>
internal static unsafe class SystemRandom
{
    /// <summary>Bytes that are made with interrupts off.</summary>
    private const int Portion = 256;

    private static KeyedRandom s_generator;
    private static SpinLock s_lock;
    private static uint s_isSeeded;

    /// <summary>Fills the buffer, which is the kernel's and present. True: the bytes are fit for secrets.</summary>
    public static bool Fill(byte* buffer, int length)
    {
        if (System.Threading.Volatile.Read(ref s_isSeeded) == 0)
            return HardwareRandom.Fill(buffer, length);
        byte* portion = stackalloc byte[Portion];
        for (int done = 0; done < length; done += Portion)
        {
            int count = length - done < Portion ? length - done : Portion;
            fixed (SpinLock* spinLock = &s_lock)
            fixed (KeyedRandom* generator = &s_generator)
            {
                uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
                generator->Fill(portion, count);
                SpinLock.Release(spinLock, LockRank.Device, interrupts);
            }

            for (int i = 0; i < count; i++)
                buffer[done + i] = portion[i];
        }

        return true;
    }

    /// <summary>Takes in <see cref="KeyedRandom.KeyBytes"/> bytes that nobody can foresee, and what the processor can add.</summary>
    public static void Seed(byte* seed)
    {
        byte* own = stackalloc byte[KeyedRandom.KeyBytes];
        _ = HardwareRandom.Fill(own, KeyedRandom.KeyBytes);
        for (int i = 0; i < KeyedRandom.KeyBytes; i++)
            own[i] ^= seed[i];
        fixed (SpinLock* spinLock = &s_lock)
        fixed (KeyedRandom* generator = &s_generator)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            generator->Seed(own);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }

        System.Threading.Volatile.Write(ref s_isSeeded, 1u);
    }
}
