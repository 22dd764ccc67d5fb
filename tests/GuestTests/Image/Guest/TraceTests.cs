using MicroLake.Abi;
using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>The event trace tells what happened, all of it and nothing else.</summary>
[Area("Event trace (MicroLake.Hosting.KernelTrace)")]
public static class TraceTests
{
    private const int Rounds = 200;

    [GuestTest]
    public static string A_trace_holds_exactly_the_switches_that_the_threads_counted()
    {
        using var gate = new SemaphoreSlim(0);
        using var players = new Players(gate);
        players.WaitUntilBlocked();
        long first = players.SwitchesOf(0), second = players.SwitchesOf(1);
        KernelTrace.Start();
        gate.Release(2);
        players.Play();
        players.WaitUntilBlocked();
        Check.That(KernelTrace.Stop());

        List<TraceEntry>[] events = AllEvents();
        Check.Equal(0L, KernelTrace.State().Dropped);
        Check.Equal(players.SwitchesOf(0) - first, SwitchesTo(events, players.Identifier(0)));
        Check.Equal(players.SwitchesOf(1) - second, SwitchesTo(events, players.Identifier(1)));
        // Each player waited for the other in each round but where it was quick enough not to.
        Check.That(SwitchesTo(events, players.Identifier(0)) > 0 && SwitchesTo(events, players.Identifier(1)) > 0);
        foreach (List<TraceEntry> processor in events)
            CheckChain(processor);
        return $"{SwitchesTo(events, players.Identifier(0)) + SwitchesTo(events, players.Identifier(1))} switches";
    }

    [GuestTest]
    public static void Every_switch_away_has_its_reason()
    {
        KernelTrace.Start();
        int id = 0;
        var thread = new Thread(() =>
        {
            id = CurrentThread.Id;
            Thread.Sleep(5);
        });
        thread.Start();
        thread.Join();
        Thread.Sleep(5);
        KernelTrace.Stop();
        List<SwitchReason> reasons = [];
        foreach (List<TraceEntry> processor in AllEvents())
            foreach (TraceEntry e in processor)
                if (e.Kind == TraceEventKind.Switch && (e.Thread & 0xffff) == id)
                    reasons.Add((SwitchReason)e.Detail);
        Check.That(reasons.Contains(SwitchReason.Waiting), "it slept");
        Check.That(reasons.Contains(SwitchReason.Ended), "it ended");
    }

    [GuestTest]
    public static string Records_overwritten_on_all_processors_at_once_are_never_torn()
    {
        KernelTrace.Start(KernelTrace.FewestRecords);
        int count = Environment.ProcessorCount + 1;
        var writers = new Thread[count];
        bool done = false;
        for (int i = 0; i < count; i++)
        {
            string mark = new((char)('a' + i), TraceRecord.TextBytes);
            writers[i] = new Thread(() =>
            {
                while (!Volatile.Read(ref done))
                    KernelTrace.Mark(mark);
            });
            writers[i].Start();
        }

        long seen = 0;
        for (int round = 0; round < 30; round++)
        {
            for (int processor = 0; processor < Environment.ProcessorCount; processor++)
            {
                long last = 0;
                foreach (TraceEntry e in KernelTrace.Read(processor))
                {
                    Check.That(e.Sequence > last);
                    last = e.Sequence;
                    if (e.Kind != TraceEventKind.Mark)
                        continue;
                    seen++;
                    Check.Equal(new string(e.Text[0], TraceRecord.TextBytes), e.Text);
                }
            }

            Thread.Yield();
        }

        Volatile.Write(ref done, true);
        foreach (Thread writer in writers)
            writer.Join();
        KernelTrace.Stop();
        TraceState state = KernelTrace.State();
        Check.Equal(state.Written - state.Dropped, (long)AllEvents().Sum(e => e.Count));
        Check.That(seen > 0);
        return $"{seen} marks read, {state.Dropped} overwritten";
    }

    [GuestTest]
    public static void Faults_interrupts_loads_marks_and_names_are_recorded()
    {
        KernelTrace.Start();
        KernelTrace.Mark("Grüße");
        KernelTrace.Mark(new string('x', TraceRecord.TextBytes - 1) + "ä");
        KernelTrace.Load("net");
        string? nothing = null;
        try
        {
            _ = nothing!.Length;
        }
        catch (NullReferenceException)
        {
        }

        var named = new Thread(() => CurrentThread.SetName("traced"));
        named.Start();
        named.Join();
        // Only a timer's interrupt ends this.
        Thread.Sleep(2);
        KernelTrace.Stop();
        var all = new List<TraceEntry>();
        foreach (List<TraceEntry> processor in AllEvents())
        {
            all.AddRange(processor);
            // The trace may begin and end in the middle of an interrupt.
            int begun = processor.Count(e => e.Kind == TraceEventKind.InterruptBegin), ended = processor.Count(e => e.Kind == TraceEventKind.InterruptEnd);
            Check.That(Math.Abs(begun - ended) <= 1, $"{begun} interrupts began, {ended} ended");
        }

        Check.Sequence(["Grüße", new string('x', TraceRecord.TextBytes - 1)], Texts(all, TraceEventKind.Mark));
        Check.Sequence(["net"], Texts(all, TraceEventKind.Load));
        Check.That(all.Exists(e => e.Kind == TraceEventKind.ThreadName && e.Text == "traced"));
        Check.That(all.Exists(e => e is { Kind: TraceEventKind.Fault, Detail: 14, A: < 4096 }), "the fault at null");
        Check.That(all.Exists(e => e.Kind == TraceEventKind.InterruptBegin), "a timer's interrupt");
    }

    [GuestTest]
    public static void A_trace_that_is_off_records_nothing_and_a_new_one_begins_empty()
    {
        KernelTrace.Start(KernelTrace.FewestRecords);
        KernelTrace.Mark("one");
        Check.That(KernelTrace.Stop());
        Check.That(!KernelTrace.Stop());
        long written = KernelTrace.State().Written;
        KernelTrace.Mark("two");
        Thread.Sleep(2);
        Check.Equal(written, KernelTrace.State().Written);
        KernelTrace.Start(KernelTrace.FewestRecords * 2);
        KernelTrace.Stop();
        var marks = new List<string>();
        foreach (List<TraceEntry> processor in AllEvents())
            marks.AddRange(Texts(processor, TraceEventKind.Mark));
        Check.Equal(0, marks.Count);
        Check.Equal((long)KernelTrace.FewestRecords * 2, KernelTrace.State().Capacity);
    }

    [GuestTest]
    public static void Rings_of_another_size_take_the_place_of_the_old_ones()
    {
        KernelTrace.Start(KernelTrace.FewestRecords);
        KernelTrace.Stop();
        long free = Inspection.Memory().Free;
        for (int i = 0; i < 20; i++)
        {
            KernelTrace.Start(KernelTrace.FewestRecords << (i % 3));
            KernelTrace.Stop();
        }

        KernelTrace.Start(KernelTrace.FewestRecords);
        KernelTrace.Stop();
        Check.That(free - Inspection.Memory().Free < 1 << 20, "20 traces took a megabyte");
    }

    [GuestTest]
    public static void Sizes_that_cannot_be_are_refused()
    {
        foreach (int records in new[] { int.MinValue, 0, KernelTrace.FewestRecords - 1, KernelTrace.MostRecords + 1, int.MaxValue })
        {
            try
            {
                KernelTrace.Start(records);
                Check.That(false, $"{records} records were taken");
            }
            catch (ArgumentOutOfRangeException)
            {
            }
        }

        int count = 0;
        foreach (TraceEntry _ in KernelTrace.Read(Environment.ProcessorCount))
            count++;
        Check.Equal(0, count);
    }

    private static List<string> Texts(List<TraceEntry> events, TraceEventKind kind)
    {
        var texts = new List<string>();
        foreach (TraceEntry e in events)
            if (e.Kind == kind)
                texts.Add(e.Text);
        return texts;
    }

    private static List<TraceEntry>[] AllEvents()
    {
        var events = new List<TraceEntry>[Environment.ProcessorCount];
        for (int i = 0; i < events.Length; i++)
            events[i] = [.. KernelTrace.Read(i)];
        return events;
    }

    private static long SwitchesTo(List<TraceEntry>[] events, uint thread)
    {
        long count = 0;
        foreach (List<TraceEntry> processor in events)
            foreach (TraceEntry e in processor)
                if (e.Kind == TraceEventKind.Switch && e.A == thread)
                    count++;
        return count;
    }

    /// <summary>On one processor, who leaves is who came, numbers have no gap, and time does not go back.</summary>
    private static void CheckChain(List<TraceEntry> events)
    {
        Check.That(events.Count > 0 && events[0].Kind == TraceEventKind.Start, "it begins with what ran");
        long time = 0;
        ulong running = 0;
        for (int i = 0; i < events.Count; i++)
        {
            TraceEntry e = events[i];
            Check.Equal(i + 1L, e.Sequence);
            Check.That(e.Nanoseconds >= time);
            time = e.Nanoseconds;
            if (e.Kind != TraceEventKind.Switch)
                continue;
            Check.That(running == 0 || running == e.Thread, $"event {i}: {e.Thread} leaves while {running} runs");
            running = e.A;
        }
    }

    /// <summary>Two threads that hand a ball over, and wait for the gate before and after.</summary>
    private sealed class Players : IDisposable
    {
        private readonly SemaphoreSlim[] _balls = [new(0), new(0)];
        private readonly SemaphoreSlim _gate;
        private readonly CountdownEvent _finished = new(2);
        private readonly CountdownEvent _started = new(2);
        private readonly Thread[] _threads = new Thread[2];
        private readonly int[] _ids = new int[2];

        public Players(SemaphoreSlim gate)
        {
            _gate = gate;
            for (int i = 0; i < 2; i++)
            {
                int self = i;
                _threads[i] = new Thread(() => Run(self));
                _threads[i].Start();
            }

            _started.Wait();
        }

        public uint Identifier(int player) => Use(player).Identifier;

        public long SwitchesOf(int player) => Use(player).Switches;

        /// <summary>Lets them play to the end.</summary>
        public void Play()
        {
            _balls[0].Release();
            _finished.Wait();
        }

        public void WaitUntilBlocked()
        {
            while (Use(0).State != "blocked" || Use(1).State != "blocked")
                Thread.Sleep(1);
        }

        public void Dispose()
        {
            _gate.Release(2);
            foreach (Thread thread in _threads)
                thread.Join();
            foreach (SemaphoreSlim ball in _balls)
                ball.Dispose();
            _finished.Dispose();
            _started.Dispose();
        }

        private void Run(int self)
        {
            _ids[self] = CurrentThread.Id;
            _started.Signal();
            _gate.Wait();
            for (int i = 0; i < Rounds; i++)
            {
                _balls[self].Wait();
                _balls[1 - self].Release();
            }

            _finished.Signal();
            _gate.Wait();
        }

        private ThreadUse Use(int player)
        {
            foreach (ThreadUse use in Inspection.Threads())
                if (use.Id == _ids[player])
                    return use;
            throw new InvalidOperationException($"player {player} is gone");
        }
    }
}
