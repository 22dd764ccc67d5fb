using System.Runtime;
using System.Runtime.CompilerServices;

namespace PlantedNucleus;

/// <summary>What nucleus code must not do, one method for each; the check has to name every one of them.</summary>
public static unsafe class Planted
{
    private static readonly long s_start = Environment.TickCount64;
    private static object? s_kept;

    [ThreadStatic]
    private static int t_depth;

    [RuntimeExport("planted_allocation")]
    public static int Allocation(int size) => Indirect(size);

    [RuntimeExport("planted_throw")]
    public static int Throw(int value) => value == 3 ? throw new InvalidOperationException() : value;

    [RuntimeExport("planted_range_check")]
    public static int RangeCheck(byte* data, int count, int at) => new ReadOnlySpan<byte>(data, count)[at];

    [RuntimeExport("planted_overflow")]
    public static int Overflow(int value) => checked(value * 3);

    [RuntimeExport("planted_static")]
    public static long Static() => s_start;

    [RuntimeExport("planted_thread_static")]
    public static int ThreadStatic() => t_depth++;

    [RuntimeExport("planted_boxing")]
    public static void Boxing(int value) => s_kept = value;

    [RuntimeExport("planted_interface")]
    public static int Interface(int value) => s_kept is IComparable comparable ? comparable.CompareTo(null) : value;

    [RuntimeExport("planted_virtual")]
    public static int Virtual(int value) => Any(value > 0 ? "lake" : typeof(Planted));

    [RuntimeExport("planted_address")]
    public static int Address(int value)
    {
        delegate*<int, int> target = &Indirect;
        return target(value);
    }

    /// <summary>The compiler's block helper enters the C library in native mode when the block is large.</summary>
    [RuntimeExport("planted_block")]
    public static void Block(byte* at, uint size) => Unsafe.InitBlock(at, 0, size);

    /// <summary>Too large a structure for the helper to clear by itself.</summary>
    [RuntimeExport("planted_structure")]
    public static void Structure(Huge* at) => *at = default;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Any(object value) => value.GetHashCode();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Indirect(int size) => Helper.Make(size);

    private static class Helper
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Make(int size) => new byte[size].Length;
    }

    public struct Huge
    {
        public fixed long Values[1024];
    }
}
