using System.Runtime;
using System.Runtime.CompilerServices;

namespace PlantedNucleus;

/// <summary>What nucleus code may do: pointers, structs, static fields of primitive type, calls, spans without checks.</summary>
public static unsafe class Clean
{
    private static int s_count;

    [RuntimeExport("clean_sum")]
    public static long Sum(long* values, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
            sum += Twice(values[i]);
        s_count += count;
        return sum;
    }

    [RuntimeExport("clean_literal")]
    public static int Literal(int at)
    {
        ReadOnlySpan<byte> text = "lake"u8;
        return Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(text), at & 3);
    }

    /// <summary>A structure this large is cleared by the compiler's block helper, with a constant length.</summary>
    [RuntimeExport("clean_structure")]
    public static void Structure(Large* at) => *at = default;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Twice(long value) => value * 2;

    public struct Large
    {
        public fixed long Values[24];
    }
}
