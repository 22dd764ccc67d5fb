using System.Runtime.InteropServices;

namespace MicroLake.GuestTests.Suites;

[Area("Environment, Random, Guid, AppContext")]
public static class EnvironmentTests
{
    [GuestTest]
    public static void The_machine_describes_itself()
    {
        Check.That(Environment.ProcessorCount >= 1);
        Check.Equal(4096, Environment.SystemPageSize);
        Check.That(Environment.Is64BitProcess);
        Check.Equal("\n", Environment.NewLine);
        Check.That(Environment.Version.Major >= 9);
        Check.Equal(Architecture.X64, RuntimeInformation.ProcessArchitecture);
        Check.That(RuntimeInformation.FrameworkDescription.StartsWith(".NET ", StringComparison.Ordinal));
        Check.That(Environment.MachineName.Length > 0);
        Check.That(Environment.ProcessId > 0);
    }

    [GuestTest]
    public static void The_working_set_counts_what_is_touched()
    {
        long before = Environment.WorkingSet;
        Check.That(before > 1 << 20, $"{before} bytes");
        byte[] block = GC.AllocateUninitializedArray<byte>(24 << 20);
        Array.Fill(block, (byte)1);
        long after = Environment.WorkingSet;
        Check.That(after > 24 << 20, $"{after} bytes");
        // A collection beside this may give memory back meanwhile.
        Check.That(after - before > 8 << 20, $"{before} bytes before, {after} after");
        GC.KeepAlive(block);
    }

    [GuestTest]
    public static void Variables_can_be_set_and_read()
    {
        Check.That(Environment.GetEnvironmentVariable("MICROLAKE_NOT_THERE") is null);
        Environment.SetEnvironmentVariable("MICROLAKE_TEST", "value");
        Check.Equal("value", Environment.GetEnvironmentVariable("MICROLAKE_TEST"));
        Check.Equal("a value", Environment.ExpandEnvironmentVariables("a %MICROLAKE_TEST%"));
        Environment.SetEnvironmentVariable("MICROLAKE_TEST", null);
        Check.That(Environment.GetEnvironmentVariable("MICROLAKE_TEST") is null);
    }

    [GuestTest]
    public static void A_seeded_Random_repeats_itself()
    {
        Check.Sequence([1434747710, 302596119, 269548474], Draw());
        Check.Sequence(Draw(), Draw());

        static int[] Draw()
        {
            var random = new Random(42);
            return [random.Next(), random.Next(), random.Next()];
        }
    }

    [GuestTest]
    public static void An_unseeded_Random_differs_and_fills_its_range()
    {
        Check.That(new Random().NextInt64() != new Random().NextInt64());
        int[] counts = new int[8];
        for (int i = 0; i < 8000; i++)
            counts[Random.Shared.Next(8)]++;
        Check.That(counts.All(c => c is > 700 and < 1300), string.Join(", ", counts));
    }

    [GuestTest]
    public static void Guids_are_new_and_parse()
    {
        var seen = new HashSet<Guid>();
        for (int i = 0; i < 1000; i++)
            Check.That(seen.Add(Guid.NewGuid()));
        Guid g = seen.First();
        Check.Equal(4, g.Version);
        Check.Equal(g, Guid.Parse(g.ToString("B")));
        Check.Equal(7, Guid.CreateVersion7().Version);
    }

    [GuestTest]
    public static void AppContext_switches()
    {
        AppContext.SetSwitch("MicroLake.Test", true);
        Check.That(AppContext.TryGetSwitch("MicroLake.Test", out bool on) && on);
        Check.That(AppContext.BaseDirectory.Length > 0);
    }

    [GuestTest]
    public static void HashCodes_differ_from_object_to_object()
    {
        object[] objects = [.. Enumerable.Range(0, 100).Select(_ => new object())];
        Check.That(objects.Select(o => o.GetHashCode()).Distinct().Count() > 90);
        Check.Equal("abc".GetHashCode(), new string(['a', 'b', 'c']).GetHashCode());
    }
}
