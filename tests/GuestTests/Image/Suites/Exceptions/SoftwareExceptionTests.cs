using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Suites;

/// <summary>Exceptions that the compiler's own checks raise.</summary>
[Area("Exceptions from checks: IndexOutOfRange, InvalidCast, Overflow, OutOfMemory")]
public static class SoftwareExceptionTests
{
    [GuestTest]
    public static void An_index_outside_an_array()
    {
        int[] a = new int[4];
        Check.Throws<IndexOutOfRangeException>(() => a[Some(4)] = 1);
        Check.Throws<IndexOutOfRangeException>(() => a[Some(-1)] = 1);
        Check.Throws<IndexOutOfRangeException>(() => _ = "abc"[Some(3)]);
        Check.Throws<IndexOutOfRangeException>(() => _ = a.AsSpan()[Some(4)]);
        Check.Throws<ArgumentOutOfRangeException>(() => _ = new List<int> { 1 }[Some(1)]);
    }

    [GuestTest]
    public static void An_index_outside_a_matrix()
    {
        int[,] m = new int[2, 3];
        m[1, 2] = 5;
        Check.Equal(5, m[Some(1), Some(2)]);
        Check.Throws<IndexOutOfRangeException>(() => m[Some(2), 0] = 1);
    }

    [GuestTest]
    public static void A_cast_that_does_not_hold()
    {
        object text = "text";
        Check.Throws<InvalidCastException>(() => _ = (int[])text);
        Check.Throws<InvalidCastException>(() => _ = (int)text);
        Check.Throws<InvalidCastException>(() => _ = (IDisposable)text);
        Check.That(text is IComparable<string>);
    }

    [GuestTest]
    public static void An_element_of_another_type()
    {
        object[] strings = new string[1];
        Check.Throws<ArrayTypeMismatchException>(() => strings[0] = new object());
    }

    [GuestTest]
    public static void Arithmetic_that_overflows()
    {
        Check.Throws<OverflowException>(() => _ = checked(Some(int.MaxValue) + 1));
        Check.Throws<OverflowException>(() => _ = checked((byte)Some(256)));
        Check.Throws<OverflowException>(() => _ = checked((uint)Some(-1)));
        Check.Throws<OverflowException>(() => _ = checked((int)(Some(1) * 3e9)));
        Check.Throws<OverflowException>(() => _ = decimal.MaxValue + Some(1));
        Check.Equal(int.MinValue, unchecked(Some(int.MaxValue) + 1));
    }

    [GuestTest]
    public static void An_array_of_negative_length() => Check.Throws<OverflowException>(() => _ = new int[Some(-1)]);

    [GuestTest]
    public static void Text_that_is_no_number()
    {
        Check.Throws<FormatException>(() => int.Parse("12x"));
        Check.Throws<OverflowException>(() => int.Parse("12345678901"));
    }

    [GuestTest]
    public static void Out_of_memory_can_be_caught_and_life_goes_on()
    {
        Where.OnlyInGuest();
        // 16 GiB: a host may hand that out and hope; the machine under test does not have it.
        for (int i = 0; i < 3; i++)
        {
            Check.Throws<OutOfMemoryException>(() => GC.KeepAlive(new long[0x7fff_ffc7]));
            byte[] still = new byte[100_000];
            still[99_999] = 7;
            Check.Equal(7, still[99_999]);
        }
    }

    [GuestTest]
    public static void Memory_filled_step_by_step_ends_in_an_exception()
    {
        Where.OnlyInGuest();
        Check.Throws<OutOfMemoryException>(Fill);
        GC.Collect();
        Check.Equal(1 << 20, new byte[1 << 20].Length);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Fill()
        {
            var all = new List<byte[]>();
            // Bounded, so that a machine with much memory fails instead of filling for ever.
            while (all.Count < 16_384)
                all.Add(new byte[1 << 20]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Some(int n) => n;
}
