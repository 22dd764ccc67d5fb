using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Guest;

/// <summary>The heap filled with small objects to the last, again and again: each time that ends in an exception, and all of it is free again.</summary>
public static class FillRun
{
    public static string For(int rounds)
    {
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        for (int i = 0; i < rounds; i++)
        {
            long bytes = Fill();
            Check.That(bytes > limit * 7 / 10, $"refused after {bytes} of {limit} bytes");
            Check.That(Take(limit * 8 / 10) != 0);
        }

        return $"{rounds} times";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Fill()
    {
        const int each = 1 << 10;
        object?[]? last = null;
        long bytes = 0;
        try
        {
            while (true)
            {
                last = [last, new byte[each - 64]];
                bytes += each;
            }
        }
        catch (OutOfMemoryException)
        {
            GC.KeepAlive(last);
            return bytes;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Take(long bytes) => new byte[bytes].Length;
}
