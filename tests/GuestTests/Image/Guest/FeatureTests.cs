using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Features;

namespace MicroLake.GuestTests.Guest;

/// <summary>Feature registries: what is captured on any processor, threads and interrupts beside each other, comes out whole.</summary>
[Area("Feature registries (MicroLake.Hosting.Features)")]
public static class FeatureTests
{
    private static readonly FeatureDescription[] s_numbers = [.. Enumerable.Range(0, 8).Select(i => new FeatureDescription($"f{i}"))];

    [GuestTest]
    public static void A_vector_comes_out_as_it_went_in()
    {
        FeatureRegistry registry = FeatureRegistry.Create(
            "test.types",
            [new("whole"), new("real", FeatureKind.Float), new("list", FeatureKind.Integer, elements: 3), new("pending", FeatureKind.Counter)], window: 16);
        try
        {
            Check.Equal("0,1,2,5", string.Join(',', registry.Features.Select(f => f.Offset)));
            FeatureCapture capture = registry.Begin();
            capture.Set(0, -5);
            capture.Set(1, 0.25);
            capture.Set(4, 7);
            capture.Set(6, 99);
            capture.Add(5, 2);
            capture.Commit();
            capture.Commit();
            FeatureCapture second = registry.Begin();
            second.Commit();
            List<FeatureRow> rows = registry.Read();
            Check.Equal(2, rows.Count);
            Check.Equal($"-5,{BitConverter.DoubleToInt64Bits(0.25)},0,0,7,2", string.Join(',', rows[0].Values));
            Check.Equal(2L, rows[1].Values[5]);
            Check.That(rows[0].BegunAt <= rows[0].CommittedAt && rows[0].CommittedAt <= rows[1].CommittedAt);
            Check.Throws<KernelException>(() => FeatureRegistry.Create("test.types", s_numbers, 16));
        }
        finally
        {
            registry.Destroy();
        }

        Check.Throws<KernelException>(() => registry.Read());
        Check.That(!registry.Begin().IsThere);
    }

    [GuestTest]
    public static string Writers_on_all_processors_and_interrupts_leave_whole_vectors()
    {
        const int each = 20_000;
        FeatureRegistry registry = FeatureRegistry.Create("test.stress", s_numbers, window: 64);
        FeatureRegistry runs = FeatureRegistry.Enable(BuiltInFeatures.Runs, window: 64);
        FeatureRegistry faults = FeatureRegistry.Enable(BuiltInFeatures.Faults, window: 64);
        var writers = new Thread[Environment.ProcessorCount + 1];
        int alive = writers.Length;
        for (int i = 0; i < writers.Length; i++)
        {
            long id = (long)(i + 1) << 32;
            writers[i] = new Thread(() =>
            {
                for (int n = 0; n < each; n++)
                    Capture(registry, id | (uint)n);
                Interlocked.Decrement(ref alive);
            });
            writers[i].Start();
        }

        long seen = 0;
        do
        {
            foreach (FeatureRow row in registry.Read())
            {
                foreach (long value in row.Values)
                    Check.Equal(row.Values[0], value);
                seen++;
            }

            foreach (FeatureRow row in runs.Read())
                Check.That(row.Values[1] is > 0 and < 64 && row.Values[3] >= 0, "a run's priority and time make sense");
            Thread.Sleep(1);
        }
        while (Volatile.Read(ref alive) > 0);

        foreach (Thread writer in writers)
            writer.Join();
        FeatureUse use = registry.Use, runUse = runs.Use;
        registry.Destroy();
        runs.Destroy();
        faults.Destroy();
        Check.Equal((long)writers.Length * each, use.Begun);
        Check.That(seen > 0 && runUse.Begun > 0);
        return $"{seen} vectors read, {use.Dropped} dropped, {runUse.Begun} runs";
    }

    [GuestTest]
    public static void Nothing_is_recorded_before_a_registry_is_enabled_and_after_it_is_removed()
    {
        Check.That(FeatureRegistry.Find("sched.run") is null);
        for (int round = 0; round < 3; round++)
        {
            FeatureRegistry runs = FeatureRegistry.Enable(BuiltInFeatures.Runs, window: 256);
            int id = 0;
            var thread = new Thread(() =>
            {
                id = CurrentThread.Id;
                for (int i = 0; i < 6; i++)
                    Thread.Sleep(1);
            });
            thread.Start();
            thread.Join();
            Thread.Sleep(2);
            List<FeatureRow> rows = [.. runs.Read().Where(row => (row.Values[0] & 0xffff) == id)];
            Check.That(rows.Count(row => row.Values[2] == (long)SwitchReason.Waiting) >= 6, "each sleep ends a run");
            Check.That(rows.Any(row => row.Values[6] > 0), "the burst before is in the next vector");
            Check.Throws<KernelException>(() => FeatureRegistry.Enable(BuiltInFeatures.Runs, window: 256));
            runs.Destroy();
        }

        Check.That(FeatureRegistry.Find("sched.run") is null);
    }

    private static void Capture(FeatureRegistry registry, long value)
    {
        FeatureCapture capture = registry.Begin();
        for (int i = 0; i < s_numbers.Length; i++)
            capture.Set(i, value);
        capture.Commit();
    }
}
