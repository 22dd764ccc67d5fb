using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroLake.GuestTests.Suites;

[Area("GC: collections, finalizers, WeakReference, GCHandle")]
public static class CollectorTests
{
    private sealed class Finalized(int[] counter)
    {
        ~Finalized() => Interlocked.Increment(ref counter[0]);
    }

    private sealed class Phoenix
    {
        public static Phoenix? Saved;

        ~Phoenix() => Saved = this;
    }

    [GuestTest]
    public static void Finalizers_run()
    {
        int[] count = new int[1];
        Make(count);
        CollectAndFinalize();
        Check.Equal(100, count[0]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make(int[] counter)
        {
            for (int i = 0; i < 100; i++)
                GC.KeepAlive(new Finalized(counter));
        }
    }

    [GuestTest]
    public static void A_suppressed_finalizer_does_not_run()
    {
        int[] count = new int[1];
        Make(count);
        CollectAndFinalize();
        Check.Equal(0, count[0]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make(int[] counter) => GC.SuppressFinalize(new Finalized(counter));
    }

    [GuestTest]
    public static void A_finalizer_may_bring_its_object_back()
    {
        Make();
        CollectAndFinalize();
        Check.That(Phoenix.Saved is not null);
        Phoenix.Saved = null;

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make() => GC.KeepAlive(new Phoenix());
    }

    [GuestTest]
    public static void WeakReference_lets_go_and_holds_while_it_is_held()
    {
        object strong = new();
        var kept = new WeakReference<object>(strong);
        WeakReference<object> lost = Weak();
        CollectAndFinalize();
        Check.That(kept.TryGetTarget(out object? target) && ReferenceEquals(strong, target));
        Check.That(!lost.TryGetTarget(out _));
        GC.KeepAlive(strong);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference<object> Weak() => new(new byte[100]);
    }

    [GuestTest]
    public static void A_strong_handle_keeps_its_object()
    {
        GCHandle handle = Hold();
        CollectAndFinalize();
        Check.Equal("held", ((string[])handle.Target!)[0]);
        handle.Free();
        Check.That(!handle.IsAllocated);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static GCHandle Hold() => GCHandle.Alloc(new[] { "held" });
    }

    [GuestTest]
    public static void A_pinned_object_does_not_move()
    {
        byte[] bytes = new byte[64];
        GCHandle pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        IntPtr before = pin.AddrOfPinnedObject();
        for (int i = 0; i < 5; i++)
        {
            Churn(2000);
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
        Check.Equal(before, pin.AddrOfPinnedObject());
        Marshal.WriteByte(before, 3, 42);
        Check.Equal(42, bytes[3]);
        pin.Free();
    }

    [GuestTest]
    public static void Objects_move_to_older_generations()
    {
        object o = new();
        int first = GC.GetGeneration(o);
        GC.Collect();
        GC.Collect();
        Check.Equal(0, first);
        Check.That(GC.GetGeneration(o) >= 1);
        Check.Equal(2, GC.MaxGeneration);
        GC.KeepAlive(o);
    }

    [GuestTest]
    public static void CollectionCount_goes_up()
    {
        int before = GC.CollectionCount(2);
        GC.Collect();
        GC.Collect();
        Check.That(GC.CollectionCount(2) >= before + 2);
        Check.That(GC.CollectionCount(0) >= GC.CollectionCount(2));
    }

    [GuestTest]
    public static void GetTotalMemory_follows_what_is_alive()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long with = WithBigArray();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Check.That(with - before > 7 << 20, $"{before} bytes before, {with} with 8 MiB more");
        Check.That(with - after > 7 << 20, $"{with} bytes with 8 MiB more, {after} after");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static long WithBigArray()
        {
            byte[] big = new byte[8 << 20];
            long total = GC.GetTotalMemory(forceFullCollection: false);
            GC.KeepAlive(big);
            return total;
        }
    }

    [GuestTest]
    public static void Allocated_bytes_are_counted_per_thread()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new byte[10_000]);
        long delta = GC.GetAllocatedBytesForCurrentThread() - before;
        Check.That(delta is >= 10_000 and < 20_000, $"{delta} bytes");
    }

    [GuestTest]
    public static void Large_arrays_keep_their_contents()
    {
        var arrays = new List<int[]>();
        for (int i = 0; i < 8; i++)
        {
            int[] a = new int[100_000 + i];
            Array.Fill(a, i);
            arrays.Add(a);
            if (i % 3 == 0)
                GC.Collect();
        }
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        arrays.RemoveAt(2);
        GC.Collect();
        foreach (int[] a in arrays)
            Check.That(a.All(v => v == a.Length - 100_000));
    }

    [GuestTest]
    public static void ConditionalWeakTable_drops_values_with_their_keys()
    {
        var table = new ConditionalWeakTable<object, string>();
        object key = new();
        table.Add(key, "stays");
        AddLost(table);
        CollectAndFinalize();
        Check.That(table.TryGetValue(key, out string? value) && value == "stays");
        Check.Equal(1, table.Count());
        GC.KeepAlive(key);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void AddLost(ConditionalWeakTable<object, string> t) => t.Add(new object(), "goes");
    }

    [GuestTest]
    public static void Memory_information_is_sane()
    {
        GC.Collect();
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        Check.That(info.TotalAvailableMemoryBytes > 16 << 20);
        Check.That(info.HeapSizeBytes > 0 && info.HeapSizeBytes <= info.TotalAvailableMemoryBytes);
        Check.That(!GCSettings.IsServerGC);
    }

    /// <summary>Of a small machine's heap the last regions count, too: what the collector keeps of them lies at the end of its tables.</summary>
    [GuestTest]
    public static void Small_objects_may_take_most_of_the_heap()
    {
        const int each = 1 << 10;
        long bytes = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 6 / 10, 32 << 20);
        var arrays = new List<byte[]>();
        for (int i = 0; i < bytes / each; i++)
        {
            byte[] array = new byte[each - 24];
            array[^1] = (byte)i;
            arrays.Add(array);
        }

        GC.Collect();
        for (int i = 0; i < arrays.Count; i++)
            Check.Equal((byte)i, arrays[i][^1]);
    }

    /// <summary>Of a small machine's heap what small objects left may be one large array's, and what one left another's of any size, the next moment.</summary>
    [GuestTest]
    public static void Large_arrays_may_take_most_of_the_heap()
    {
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long most = Math.Min(limit * 11 / 20, 64 << 20);
        for (int round = 0; round < 3; round++)
        {
            MakeSmall(most);
            Check.That(Make(most));
        }

        for (int i = 1; i <= 20; i++)
        {
            Check.That(Make(most / (1 + (i * 7 % 5))));
            Check.That(Make(most * i / 20));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void MakeSmall(long bytes)
        {
            const int each = 1 << 10;
            byte[][] arrays = new byte[bytes / each][];
            for (int i = 0; i < arrays.Length; i++)
                arrays[i] = new byte[each - 32];
            GC.KeepAlive(arrays);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static bool Make(long bytes)
        {
            byte[] cleared = new byte[bytes];
            bool isClear = cleared.AsSpan().IndexOfAnyExcept((byte)0) < 0;
            cleared.AsSpan().Fill(1);
            cleared = [];
            return isClear && GC.AllocateUninitializedArray<byte>((int)bytes - 1000).Length == bytes - 1000;
        }
    }

    /// <summary>Who asks for too much again and again is told so each time, and the heap is not gone through many times for each.</summary>
    [GuestTest]
    public static void Arrays_beyond_the_heap_are_refused_without_many_collections()
    {
        const int times = 40;
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 11 / 10;
        int before = GC.CollectionCount(2);
        for (int i = 0; i < times; i++)
            _ = Check.Throws<OutOfMemoryException>(() => GC.KeepAlive(i % 2 == 0 ? new long[bytes / 8] : GC.AllocateUninitializedArray<long>((int)(bytes / 8))));
        int collections = GC.CollectionCount(2) - before;
        Check.That(collections <= times * 2, $"{collections} collections for {times} refusals");
        GC.KeepAlive(new byte[100_000]);
    }

    [GuestTest]
    public static void A_no_collection_region_holds()
    {
        // The load beside this test may use a region up, which ends it, at once where it runs on other processors: one of many is seen.
        bool held = false;
        for (int i = 0; i < 100 && !held; i++)
        {
            Check.That(GC.TryStartNoGCRegion(1 << 20));
            held = GCSettings.LatencyMode == GCLatencyMode.NoGCRegion;
        }

        Check.That(held);
        GC.KeepAlive(new byte[100_000]);
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            try
            {
                GC.EndNoGCRegion();
            }
            catch (InvalidOperationException)
            {
            }
        }
        Check.That(GCSettings.LatencyMode != GCLatencyMode.NoGCRegion);
    }

    private static void Churn(int n)
    {
        for (int i = 0; i < n; i++)
            GC.KeepAlive(new byte[64 + (i % 64)]);
    }

    private static void CollectAndFinalize()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
