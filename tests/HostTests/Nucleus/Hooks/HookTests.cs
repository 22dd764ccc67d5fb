using MicroLake.Abi;
using MicroLake.Nucleus.Hooks;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Hooks;

/// <summary>A hook with modules that behave and modules that do not.</summary>
public sealed unsafe class HookTests : IDisposable
{
    private const long Heuristic = 100;

    private static ulong s_ticks;

    private readonly NativeBuffer _memory = new(Hook.Bytes, fill: 0);
    private readonly NativeBuffer _state = new(64, fill: 0);
    private readonly Hook* _hook;
    private readonly NativeBuffer _place = new((ulong)sizeof(HookAttachment), fill: 0);

    /// <summary>Of the last choice, what the module itself would have.</summary>
    private long _own;

    /// <summary>And how it ranked the candidates.</summary>
    private long[] _ranks = [];

    public HookTests()
    {
        _hook = (Hook*)_memory.Pointer;
        Hook.Initialize(_hook, &Clock);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _state.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void A_hook_and_its_decisions_fit_into_their_memory()
    {
        Assert.True(sizeof(Hook) <= 1024);
        Assert.True(1024 + Hook.Kept * sizeof(HookDecision) <= (int)Hook.Bytes);
    }

    [Fact]
    public void Without_a_module_the_heuristic_decides()
    {
        Assert.Equal(Heuristic, Decide(1));
        HookState state = State();
        Assert.Equal((1UL, 0UL, 0UL, HookMode.Heuristic), (state.ByHeuristic, state.ByModule, state.Asked, state.Mode));
    }

    [Fact]
    public void A_shadow_is_asked_and_does_not_count()
    {
        Attach(HookMode.Shadow, &Double);
        Assert.Equal(Heuristic, Decide(50));
        Assert.Equal(Heuristic, Decide(400));
        HookState state = State();
        Assert.Equal((2UL, 0UL, 2UL, 1UL), (state.ByHeuristic, state.ByModule, state.Asked, state.Agreed));
    }

    [Fact]
    public void A_canary_decides_its_share()
    {
        Attach(HookMode.Canary, &Double, canary: 25);
        int byModule = 0;
        for (int i = 0; i < 1000; i++)
            byModule += Decide(7) == 14 ? 1 : 0;
        Assert.Equal(250, byModule);
        Assert.Equal((750UL, 250UL), (State().ByHeuristic, State().ByModule));
    }

    [Fact]
    public void An_active_module_decides_and_why_is_kept()
    {
        Attach(HookMode.Active, &Double);
        for (int i = 1; i <= 50; i++)
            Assert.Equal(2 * i, Decide(i));
        var decisions = new HookDecision[100];
        int count;
        fixed (HookDecision* start = decisions)
            count = Hook.ReadDecisions(_hook, start, decisions.Length);
        Assert.Equal(Hook.Kept, count);
        for (int i = 0; i < count; i++)
        {
            HookDecision decision = decisions[i];
            long feature = 50 - i;
            Assert.Equal(((ulong)feature, feature, Heuristic, 2 * feature, 2 * feature, 3u, 10u),
                (decision.Sequence, decision.Features[0], decision.Heuristic, decision.Module, decision.Chosen, decision.Version, decision.Ticks));
        }
    }

    [Fact]
    public void A_module_that_gives_garbage_decides_nothing_and_is_out()
    {
        Attach(HookMode.Active, &Garbage, mostOutputs: 5);
        for (int i = 0; i < 20; i++)
            Assert.Equal(Heuristic, Decide(1));
        HookState state = State();
        Assert.Equal((HookMode.Heuristic, HookTrip.OutputsOutOfRange, 6UL, 0UL), (state.Mode, state.Trip, state.Asked, state.ByModule));
    }

    [Fact]
    public void A_module_that_runs_to_the_budget_is_out()
    {
        Attach(HookMode.Active, &Slow, mostOverBudget: 3);
        for (int i = 0; i < 20; i++)
            _ = Decide(1);
        HookState state = State();
        Assert.Equal((HookMode.Heuristic, HookTrip.OverBudget, 4UL, 4UL), (state.Mode, state.Trip, state.Asked, state.OverBudget));
        Assert.Equal(4UL, state.Histogram[HookState.Buckets - 1] + state.Histogram[11] + state.Histogram[10] + state.Histogram[9]);
    }

    [Fact]
    public void Inputs_unlike_those_in_training_are_the_heuristics()
    {
        Attach(HookMode.Active, &Double, mostInputs: 2);
        Assert.Equal(Heuristic, Decide(1001));
        Assert.Equal(Heuristic, Decide(-1));
        Assert.Equal(20, Decide(10));
        Assert.Equal(HookMode.Active, State().Mode);
        Assert.Equal(Heuristic, Decide(5000));
        Assert.Equal((HookMode.Heuristic, HookTrip.InputsOutOfRange), (State().Mode, State().Trip));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(HookAttachment.MaxFeatures)]
    public void Each_feature_has_its_range_and_is_kept(int count)
    {
        Attach(HookMode.Active, &Double, mostInputs: int.MaxValue);
        HookAttachment* attachment = _hook->Attachment;
        attachment->Features = (uint)count;
        for (int i = 0; i < count; i++)
            (attachment->LeastInputs[i], attachment->MostInputs[i]) = (10 * i, 10 * i + 5);
        // Behind the last there is no memory to be read: a guard page.
        using var memory = new GuardedMemory(1, 1);
        var features = (long*)memory.Place(new byte[count * sizeof(long)]);
        for (int changed = 0; changed < count; changed++)
        {
            foreach (int value in (int[])[-1, 0, 5, 6])
            {
                for (int i = 0; i < count; i++)
                    features[i] = 10 * i + (i == changed ? value : 2);
                Assert.Equal(value is 0 or 5 ? 2 * features[0] : Heuristic, Hook.Decide(_hook, 0, features, Heuristic));
                HookDecision decision;
                Assert.Equal(1, Hook.ReadDecisions(_hook, &decision, 1));
                Assert.True(new ReadOnlySpan<long>(features, count).SequenceEqual(new ReadOnlySpan<long>(decision.Features, count)));
            }
        }
    }

    [Fact]
    public void Strikes_are_counted_anew_in_each_window()
    {
        Attach(HookMode.Active, &Double, mostInputs: 2, window: 10);
        for (int i = 0; i < 200; i++)
            _ = Decide(i % 10 < 1 ? 5000 : 1);
        Assert.Equal((HookMode.Active, HookTrip.None, 20UL), (State().Mode, State().Trip, State().InputsOutOfRange));
    }

    [Fact]
    public void A_victim_that_waits_too_long_ends_it()
    {
        Attach(HookMode.Shadow, &Double);
        Hook.Outcome(_hook, 2000);
        Assert.Equal(HookMode.Shadow, State().Mode);
        ((HookAttachment*)_place.Pointer)->Mode = HookMode.Active;
        Hook.ResetOutcomes(_hook);
        Hook.Outcome(_hook, 900);
        Assert.Equal((HookMode.Active, 1UL, 900UL), (State().Mode, State().Outcomes, State().OutcomeSum));
        Hook.Outcome(_hook, 1001);
        Assert.Equal((HookMode.Heuristic, HookTrip.Starvation, 1001UL), (State().Mode, State().Trip, State().WorstOutcome));
    }

    [Fact]
    public void A_victim_that_has_waited_too_long_ends_it_before_it_runs()
    {
        Attach(HookMode.Shadow, &Double);
        Hook.Pending(_hook, 2000);
        Assert.Equal(HookMode.Shadow, State().Mode);
        ((HookAttachment*)_place.Pointer)->Mode = HookMode.Active;
        Hook.ResetOutcomes(_hook);
        Hook.Pending(_hook, 1000);
        Assert.Equal(HookMode.Active, State().Mode);
        Hook.Pending(_hook, 1001);
        // What has not come yet is not counted.
        Assert.Equal((HookMode.Heuristic, HookTrip.Starvation, 1001UL, 0UL), (State().Mode, State().Trip, State().WorstOutcome, State().Outcomes));
    }

    [Fact]
    public void Modules_that_change_while_threads_decide_lose_and_double_nothing()
    {
        const int threads = 3, each = 50_000, fewestChanges = 100;
        HookAttachment first = Attachment(HookMode.Active, &Double), second = Attachment(HookMode.Active, &Double);
        var deciders = new Thread[threads];
        long wrong = 0, made = 0;
        int changes = 0;
        for (int i = 0; i < threads; i++)
        {
            deciders[i] = new Thread(() =>
            {
                long* features = stackalloc long[HookAttachment.MaxFeatures];
                // Whoever is scheduled how: there are decisions while modules change.
                for (int n = 0; n < each || Volatile.Read(ref changes) < fewestChanges; n++)
                {
                    Interlocked.Increment(ref made);
                    features[0] = n % 1000;
                    long decision = Hook.Decide(_hook, 0, features, Heuristic);
                    if (decision != Heuristic && decision != 2 * features[0])
                        Interlocked.Increment(ref wrong);
                }
            });
            deciders[i].Start();
        }

        ulong before = 0;
        while (deciders.Any(t => t.IsAlive))
        {
            int change = Interlocked.Increment(ref changes);
            _ = change % 3 == 0 ? (nint)Hook.Detach(_hook) : (nint)Hook.Attach(_hook, change % 2 == 0 ? &first : &second);
            ulong now = State().ByHeuristic + State().ByModule;
            Assert.True(now >= before);
            before = now;
        }

        Assert.Equal(0, wrong);
        Assert.Equal((ulong)made, State().ByHeuristic + State().ByModule);
    }

    [Fact]
    public void A_choice_is_the_first_candidate_of_the_greatest_rank()
    {
        Attach(HookMode.Active, &Double);
        Assert.Equal(1, Choose(3, 5, 9, 9, 2));
        Assert.Equal([10, 18, 18, 4], _ranks);
        Assert.Equal((0, 0), (Choose(-1, 1), _own));
        HookDecision decision;
        Assert.Equal(1, Hook.ReadDecisions(_hook, &decision, 1));
        Assert.Equal((2UL, 1L, -1L, 0L, 0L), (decision.Sequence, decision.Features[0], decision.Heuristic, decision.Module, decision.Chosen));
        Assert.Equal((2UL, 0UL, 2UL), (State().ByModule, State().Agreed, State().Asked));
        // One candidate unlike those in training, and it is the heuristic's choice.
        Assert.Equal((2, 2), (Choose(2, 5, 1001, 4), _own));
        Assert.Equal((1UL, 1UL), (State().InputsOutOfRange, State().ByHeuristic));
    }

    /// <summary>A policy gives its model numbers of its own, whose ranges the hook does not know.</summary>
    [Fact]
    public void What_the_code_finds_out_of_range_is_the_heuristics()
    {
        HookAttachment attachment = Attachment(HookMode.Active, &Particular);
        (attachment.SaysOutside, attachment.MostInputsOutOfRange) = (1, 2);
        Hook.Attach(_hook, &attachment);
        Assert.Equal((9, Heuristic, 9), (Decide(9), Decide(13), Decide(9)));
        // One candidate is enough, and the next choice is another one.
        Assert.Equal((2, 2), (Choose(2, 5, 13, 4), _own));
        Assert.Equal(1, Choose(0, 5, 9));
        Assert.Equal((HookTrip.None, 2UL), (State().Trip, State().InputsOutOfRange));
        _ = Decide(13);
        Assert.Equal((HookMode.Heuristic, HookTrip.InputsOutOfRange), (State().Mode, State().Trip));

        // Who does not say so has said what is out of range.
        Attach(HookMode.Active, &Particular, mostOutputs: 0);
        Assert.Equal(Heuristic, Decide(13));
        Assert.Equal(HookTrip.OutputsOutOfRange, State().Trip);
    }

    [Fact]
    public void A_shadow_chooses_beside_the_heuristic_and_ranks_out_of_range_do_not_count()
    {
        Attach(HookMode.Shadow, &Double);
        Assert.Equal(0, Choose(0, 9, 3));
        Assert.Equal((0, 1), (Choose(0, 3, 9), _own));
        Assert.Equal((2UL, 1UL, 2UL), (State().Asked, State().Agreed, State().ByHeuristic));
        Attach(HookMode.Active, &Garbage, mostOutputs: 2);
        for (int i = 0; i < 3; i++)
            Assert.Equal((1, 1), (Choose(1, 3, 9), _own));
        Assert.Equal((HookTrip.OutputsOutOfRange, 3UL), (State().Trip, State().OutputsOutOfRange));
    }

    [Fact]
    public void A_module_that_does_worse_than_the_heuristic_would_is_out()
    {
        Attach(HookMode.Active, &Double);
        HookAttachment* attachment = _hook->Attachment;
        (attachment->MostWorse, attachment->OutcomeWindow) = (5, 100);
        // The first outcomes prove nothing.
        for (int i = 0; i < 50; i++)
            Hook.Outcome(_hook, 1, 0);
        for (int i = 0; i < 200; i++)
            Hook.Outcome(_hook, 1, 2);
        Assert.Equal((HookMode.Active, 250UL, 400UL), (State().Mode, State().OutcomeSum, State().BaselineSum));
        // Of 150 of late 150 against 250; of the next 50 as many again for each, and then each counts for half.
        for (int i = 0; i < 53; i++)
            Hook.Outcome(_hook, 2, 0);
        Assert.Equal((HookMode.Active, 131UL, 125UL), (State().Mode, State().RecentSum, State().RecentBaselineSum));
        Hook.Outcome(_hook, 2, 0);
        Assert.Equal((HookMode.Heuristic, HookTrip.Worse), (State().Mode, State().Trip));
    }

    [Fact]
    public void Having_been_good_for_long_is_no_credit()
    {
        Attach(HookMode.Active, &Double);
        HookAttachment* attachment = _hook->Attachment;
        (attachment->MostWorse, attachment->OutcomeWindow) = (5, 100);
        for (int i = 0; i < 100_000; i++)
            Hook.Outcome(_hook, 0, 1);
        int bad = 0;
        for (; State().Mode == HookMode.Active && bad < 1000; bad++)
            Hook.Outcome(_hook, 1, 0);
        Assert.InRange(bad, 50, 200);
        Assert.Equal((HookTrip.Worse, 100_000UL), (State().Trip, State().BaselineSum));
    }

    [Fact]
    public void Where_nobody_follows_the_heuristic_a_module_is_held_to_what_it_was_before_and_gets_no_credit_either()
    {
        Attach(HookMode.Active, &Double);
        HookAttachment* attachment = _hook->Attachment;
        (attachment->MostWorse, attachment->OutcomeWindow, attachment->MostOutcome, attachment->Baseline) = (5, 100, ulong.MaxValue, 1_000_000_000_000_000);
        for (int i = 0; i < 100_000; i++)
            Hook.Outcome(_hook, 500_000_000_000_000);
        Assert.Equal(HookMode.Active, State().Mode);
        Assert.InRange(State().Recent, 100UL, 200UL);
        int bad = 0;
        for (; State().Mode == HookMode.Active && bad < 1000; bad++)
            Hook.Outcome(_hook, 2_000_000_000_000_000);
        Assert.InRange(bad, 50, 200);
        Assert.Equal((HookTrip.Worse, (ulong)(100_000 + bad)), (State().Trip, State().Outcomes));

        // What is as bad as that by no more than is allowed goes on, and so does what nothing is known of.
        foreach (ulong baseline in (ulong[])[1000, 0])
        {
            Attach(HookMode.Active, &Double);
            (attachment->MostWorse, attachment->OutcomeWindow, attachment->MostOutcome, attachment->Baseline) = (5, 100, ulong.MaxValue, baseline);
            for (int i = 0; i < 1000; i++)
                Hook.Outcome(_hook, baseline + 50);
            Assert.Equal((HookMode.Active, HookTrip.None, 1000 * baseline), (State().Mode, State().Trip, State().BaselineSum));
        }
    }

    private static ulong Clock() => s_ticks += 10;

    private static long Double(void* state, long* features) => 2 * features[0];

    private static long Garbage(void* state, long* features) => long.MinValue + features[0];

    private static long Particular(void* state, long* features) => features[0] == 13 ? HookAttachment.Outside : features[0];

    private static long Slow(void* state, long* features)
    {
        s_ticks += 100_000;
        return 1;
    }

    private void Attach(
        HookMode mode, delegate*<void*, long*, long> entry, uint canary = 10, uint mostOverBudget = 100, uint mostInputs = 100, uint mostOutputs = 100, uint window = 1000)
    {
        var attachment = (HookAttachment*)_place.Pointer;
        *attachment = Attachment(mode, entry);
        attachment->CanaryPercent = canary;
        (attachment->MostOverBudget, attachment->MostInputsOutOfRange, attachment->MostOutputsOutOfRange, attachment->Window) = (mostOverBudget, mostInputs, mostOutputs, window);
        Hook.Attach(_hook, attachment);
    }

    private HookAttachment Attachment(HookMode mode, delegate*<void*, long*, long> entry)
    {
        HookAttachment attachment = default;
        attachment.Entry = entry;
        attachment.State = _state.Pointer;
        attachment.StateBytes = 64;
        attachment.Version = 3;
        attachment.Mode = mode;
        attachment.BudgetTicks = 1000;
        (attachment.LeastOutput, attachment.MostOutput) = (0, 10_000);
        attachment.Window = 1000;
        (attachment.MostOverBudget, attachment.MostInputsOutOfRange, attachment.MostOutputsOutOfRange) = (1000, 1000, 1000);
        attachment.MostOutcome = 1000;
        (attachment.MostWorse, attachment.OutcomeWindow) = (0, ulong.MaxValue);
        attachment.Features = 1;
        (attachment.LeastInputs[0], attachment.MostInputs[0]) = (0, 1000);
        return attachment;
    }

    [Fact]
    public void A_module_is_not_asked_where_it_would_read_more_than_it_is_given()
    {
        Attach(HookMode.Active, &Double);
        long* features = stackalloc long[1];
        Assert.Equal(Heuristic, Hook.Decide(_hook, 0, features, Heuristic, given: 0));
        Assert.Equal((0UL, 1UL), (State().Asked, State().ByHeuristic));
        features[0] = 7;
        Assert.Equal(14, Hook.Decide(_hook, 0, features, Heuristic, given: 1));
    }

    [Fact]
    public void Only_what_has_a_range_can_be_out_of_it()
    {
        HookAttachment attachment = Attachment(HookMode.Active, &Double);
        (attachment.LeastInputs[0], attachment.MostInputs[0]) = (long.MinValue, long.MaxValue);
        Hook.Attach(_hook, &attachment);
        _ = Decide(long.MinValue);
        Assert.Equal(0UL, State().InputsOutOfRange);
        (attachment.Features, attachment.LeastInputs[1], attachment.MostInputs[1]) = (2, 0, long.MaxValue);
        Hook.Attach(_hook, &attachment);
        long* features = stackalloc long[] { 5, -1 };
        _ = Hook.Decide(_hook, 0, features, Heuristic, given: 2);
        Assert.Equal(1UL, State().InputsOutOfRange);
    }

    private long Decide(long feature)
    {
        long* features = stackalloc long[HookAttachment.MaxFeatures];
        features[0] = feature;
        return Hook.Decide(_hook, 0, features, Heuristic);
    }

    private long Choose(long heuristic, params long[] candidates)
    {
        long* features = stackalloc long[HookAttachment.MaxFeatures * HookAttachment.MaxCandidates];
        for (int i = 0; i < candidates.Length; i++)
            features[i * HookAttachment.MaxFeatures] = candidates[i];
        long own;
        long* ranks = stackalloc long[candidates.Length];
        long choice = Hook.Choose(_hook, 0, features, (uint)candidates.Length, heuristic, &own, ranks);
        (_own, _ranks) = (own, new Span<long>(ranks, candidates.Length).ToArray());
        return choice;
    }

    private HookState State()
    {
        HookState state;
        Hook.Describe(_hook, &state);
        return state;
    }
}
