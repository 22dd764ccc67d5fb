using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Suites;

[Area("Language and type system: generics, delegates, records, pattern matching, type names")]
public static class LanguageTests
{
    private interface IShape
    {
        double Area { get; }

        string Describe() => $"{GetType().Name} {Area:0.0}";
    }

    private sealed record Circle(double Radius) : IShape
    {
        public double Area => Math.PI * Radius * Radius;
    }

    private readonly record struct Square(double Side) : IShape
    {
        public double Area => Side * Side;
    }

    private abstract class Visitor
    {
        public abstract string Visit<T>(T value);
    }

    private sealed class Namer : Visitor
    {
        public override string Visit<T>(T value) => $"{typeof(T).Name}={value}";
    }

    [Flags]
    private enum Rights
    {
        None = 0,
        Read = 1,
        Write = 2,
    }

    [GuestTest]
    public static void Interfaces_with_default_members()
    {
        IShape[] shapes = [new Circle(1), new Square(2)];
        Check.Sequence(["Circle 3.1", "Square 4.0"], shapes.Select(s => s.Describe()));
    }

    [GuestTest]
    public static void Generic_virtual_methods()
    {
        Visitor v = new Namer();
        Check.Equal("Int32=1", v.Visit(1));
        Check.Equal("String=x", v.Visit("x"));
        Check.Equal("Square=Square { Side = 3, Area = 9 }", v.Visit(new Square(3)));
    }

    [GuestTest]
    public static void Records_compare_and_copy()
    {
        var a = new Circle(1);
        Check.Equal(a, new Circle(1));
        Check.Equal(new Circle(2), a with { Radius = 2 });
        Check.Equal("Circle { Radius = 1, Area = 3.141592653589793 }", a.ToString());
    }

    [GuestTest]
    public static void Patterns()
    {
        Check.Equal("big square", Kind(new Square(10)));
        Check.Equal("circle", Kind(new Circle(1)));
        Check.Equal("list of two", Kind((int[])[1, 2]));
        Check.Equal("nothing", Kind(null));

        static string Kind(object? o) => o switch
        {
            Square { Side: > 5 } => "big square",
            Circle => "circle",
            int[] and [_, _] => "list of two",
            null => "nothing",
            _ => "else",
        };
    }

    [GuestTest]
    public static void Delegates_closures_and_events()
    {
        var log = new List<string>();
        Action<string>? raised = null;
        raised += s => log.Add($"1 {s}");
        raised += s => log.Add($"2 {s}");
        raised("x");
        Check.Sequence(["1 x", "2 x"], log);
        Func<int, Func<int, int>> add = a => b => a + b;
        Check.Equal(42, add(40)(2));
    }

    [GuestTest]
    public static void Enums_parse_and_print()
    {
        Check.Equal("Read, Write", (Rights.Read | Rights.Write).ToString());
        Check.Equal(Rights.Write, Enum.Parse<Rights>("write", ignoreCase: true));
        Check.Sequence(["None", "Read", "Write"], Enum.GetNames<Rights>());
        Check.That((Rights.Read | Rights.Write).HasFlag(Rights.Read));
    }

    [GuestTest]
    public static void Boxing_nullables_and_tuples()
    {
        int? none = null, some = 5;
        Check.Equal("", none.ToString());
        Check.Equal(5, some.Value);
        Check.Throws<InvalidOperationException>(() => _ = none!.Value);
        (int a, string b) = Swap(("x", 1));
        Check.Equal((1, "x"), (a, b));
        object boxed = 7;
        Check.Equal(7, (int)boxed);

        static (int, string) Swap((string S, int N) t) => (t.N, t.S);
    }

    [GuestTest]
    public static void Types_know_their_names()
    {
        Check.Equal("System.Collections.Generic.Dictionary`2", typeof(Dictionary<,>).FullName);
        Check.Equal("MicroLake.GuestTests.Suites.LanguageTests+Circle", typeof(Circle).FullName);
        Check.That(typeof(IShape).IsAssignableFrom(typeof(Square)));
        Check.That(typeof(Square).IsValueType && typeof(Circle).IsSealed);
    }

    [GuestTest]
    public static void Static_abstract_members()
    {
        Check.Equal(10, Sum<int>([1, 2, 3, 4]));
        Check.Equal(1.5, Sum<double>([0.5, 1.0]));

        static T Sum<T>(T[] values) where T : System.Numerics.INumber<T>
        {
            T sum = T.Zero;
            foreach (T v in values)
                sum += v;
            return sum;
        }
    }

    [GuestTest]
    public static void Lazy_and_static_initialisation()
    {
        int runs = 0;
        var lazy = new Lazy<int>(() => ++runs);
        Check.That(!lazy.IsValueCreated);
        Parallel.For(0, 20, _ => _ = lazy.Value);
        Check.Equal(1, runs);
    }

    [GuestTest]
    public static void Recursion_to_ten_thousand_levels()
    {
        Check.Equal(10_000, Depth(10_000));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Depth(int n) => n == 0 ? 0 : Depth(n - 1) + 1;
    }
}
