using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Suites;

/// <summary>Exceptions that begin as a processor fault.</summary>
[Area("Exceptions from hardware: NullReference, DivideByZero, Overflow")]
public static class FaultTests
{
    private sealed class Node
    {
        public int Value;
        public Node? Next;

        public int Read() => Value;
    }

    [GuestTest]
    public static void Reading_a_field_of_null() => Check.Throws<NullReferenceException>(() => ReadField(Null<Node>()));

    [GuestTest]
    public static void Writing_a_field_of_null() => Check.Throws<NullReferenceException>(() => Null<Node>().Value = 1);

    [GuestTest]
    public static void Writing_a_reference_field_of_null() =>
        Check.Throws<NullReferenceException>(() => Null<Node>().Next = new Node());

    [GuestTest]
    public static void Calling_a_method_on_null() => Check.Throws<NullReferenceException>(() => Null<Node>().Read());

    [GuestTest]
    public static void Calling_an_interface_on_null() => Check.Throws<NullReferenceException>(() => Null<IDisposable>().Dispose());

    [GuestTest]
    public static void Calling_a_null_delegate() => Check.Throws<NullReferenceException>(() => Null<Action>()());

    [GuestTest]
    public static void The_length_of_a_null_array() => Check.Throws<NullReferenceException>(() => Use(Null<int[]>().Length));

    [GuestTest]
    public static void Copying_a_struct_out_of_null() => Check.Throws<NullReferenceException>(() => Use(Null<Holder>().Inner.C));

    [GuestTest]
    public static void Dividing_by_zero_in_32_and_64_bits()
    {
        Check.Throws<DivideByZeroException>(() => Use(10 / Zero()));
        Check.Throws<DivideByZeroException>(() => Use(10 % Zero()));
        Check.Throws<DivideByZeroException>(() => Use((int)(10L / Zero())));
        Check.Throws<DivideByZeroException>(() => Use((int)(10u / (uint)Zero())));
    }

    [GuestTest]
    public static void The_quotient_that_does_not_fit()
    {
        // On x86 the divide instruction faults for both; .NET tells them apart.
        Check.Throws<OverflowException>(() => Use(Least32() / MinusOne()));
        Check.Throws<OverflowException>(() => Use((int)(Least64() / MinusOne())));
    }

    [GuestTest]
    public static void Faults_run_finally_and_filters()
    {
        var log = new List<string>();
        try
        {
            try
            {
                ReadField(Null<Node>());
            }
            finally
            {
                log.Add("finally");
            }
        }
        catch (NullReferenceException) when (log.Count == 0)
        {
            log.Add("catch");
        }
        Check.Sequence(["finally", "catch"], log);
    }

    [GuestTest]
    public static void Faults_from_several_threads_at_once()
    {
        int caught = 0;
        Thread[] threads = [.. Enumerable.Range(0, 6).Select(n => new Thread(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                try
                {
                    if (n % 2 == 0)
                        ReadField(Null<Node>());
                    else
                        Use(i / Zero());
                }
                catch (Exception e) when (e is NullReferenceException == (n % 2 == 0))
                {
                    Interlocked.Increment(ref caught);
                }
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(600, caught);
    }

    [GuestTest]
    public static void Registers_survive_a_fault_that_is_caught()
    {
        double d = 1.5;
        long l = 0x1234_5678_9abc_def0;
        for (int i = 0; i < 100; i++)
        {
            try
            {
                Use(i / Zero());
            }
            catch (DivideByZeroException)
            {
                d += 0.5;
                l = (l << 1) | (l >>> 63);
            }
        }
        Check.Equal(51.5, d);
        Check.Equal(long.RotateLeft(0x1234_5678_9abc_def0, 100), l);
    }

    private sealed class Holder
    {
        public (long A, long B, long C) Inner = (1, 2, 3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Null<T>() where T : class => null!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadField(Node node) => node.Value + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(long value) => GC.KeepAlive(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Zero() => 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int MinusOne() => -1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Least32() => int.MinValue;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Least64() => long.MinValue;
}
