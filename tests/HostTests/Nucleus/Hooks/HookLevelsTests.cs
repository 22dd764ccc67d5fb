using MicroLake.Abi;
using MicroLake.Nucleus.Hooks;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Hooks;

/// <summary>Modules for a process, its tenant and everybody, at one hook.</summary>
public sealed unsafe class HookLevelsTests : IDisposable
{
    private const int Own = 0, Tenants = 1, Everybodys = 2;
    private const long Heuristic = 100;

    private readonly NativeBuffer[] _memory = Array.ConvertAll(new int[3], static _ => new NativeBuffer(Hook.Bytes, fill: 0));
    private readonly NativeBuffer[] _attachments = Array.ConvertAll(new int[3], static _ => new NativeBuffer((ulong)sizeof(HookAttachment), fill: 0));

    /// <summary>Of the last choice, what the most specific module itself would have.</summary>
    private long _own;

    public HookLevelsTests()
    {
        foreach (NativeBuffer hook in _memory)
            Hook.Initialize((Hook*)hook.Pointer, &Clock);
    }

    public void Dispose()
    {
        foreach (NativeBuffer buffer in _memory.Concat(_attachments))
            buffer.Dispose();
    }

    [Fact]
    public void The_most_specific_active_module_decides_and_no_other_is_asked()
    {
        Assert.Equal(Heuristic, Decide());
        Attach(Everybodys, HookMode.Active, &AddOne);
        Assert.Equal(Heuristic + 1, Decide(1));
        Attach(Tenants, HookMode.Active, &AddTwo);
        Assert.Equal(Heuristic + 2, Decide(2));
        Attach(Own, HookMode.Active, &AddFour);
        Assert.Equal(Heuristic + 4, Decide(4));
        Assert.Equal((1UL, 1UL, 1UL), (State(Everybodys).Asked, State(Tenants).Asked, State(Own).Asked));
        Hook.Detach(At(Own));
        Assert.Equal(Heuristic + 2, Decide(2));
    }

    [Fact]
    public void Beside_a_shadow_the_next_one_decides()
    {
        Attach(Everybodys, HookMode.Active, &AddOne);
        Attach(Own, HookMode.Shadow, &AddFour);
        Assert.Equal(Heuristic + 1, Decide(1));
        Assert.Equal((0UL, 1UL, 1UL), (State(Own).ByModule, State(Own).ByHeuristic, State(Everybodys).ByModule));
        Attach(Tenants, HookMode.Canary, &AddTwo, canary: 50);
        int byTenants = 0;
        for (int i = 0; i < 100; i++)
            byTenants += Decide() == Heuristic + 2 ? 1 : 0;
        Assert.Equal(50, byTenants);
    }

    [Fact]
    public void A_module_that_breaks_its_limits_is_out_and_the_others_stay()
    {
        Attach(Everybodys, HookMode.Active, &AddOne);
        Attach(Own, HookMode.Active, &Garbage);
        for (int i = 0; i < 10; i++)
            _ = Decide();
        Assert.Equal((HookMode.Heuristic, HookTrip.OutputsOutOfRange), (State(Own).Mode, State(Own).Trip));
        Assert.Equal((HookMode.Active, Heuristic + 1), (State(Everybodys).Mode, Decide()));
    }

    [Fact]
    public void What_comes_of_decisions_counts_for_those_who_took_part()
    {
        Attach(Everybodys, HookMode.Active, &AddOne);
        Attach(Own, HookMode.Active, &AddFour);
        Levels().Outcome(7);
        Assert.Equal((1UL, 0UL), (State(Own).Outcomes, State(Everybodys).Outcomes));
        ((HookAttachment*)_attachments[Own].Pointer)->Mode = HookMode.Shadow;
        Levels().Outcome(9);
        Assert.Equal((16UL, 9UL), (State(Own).OutcomeSum, State(Everybodys).OutcomeSum));
        // A starved thread takes off who starved it.
        Levels().Outcome(5000);
        Assert.Equal((HookMode.Shadow, HookMode.Heuristic), (State(Own).Mode, State(Everybodys).Mode));
        ((HookAttachment*)_attachments[Own].Pointer)->Mode = HookMode.Active;
        Levels().Pending(5000);
        Assert.Equal(HookMode.Heuristic, State(Own).Mode);
    }

    [Fact]
    public void The_most_specific_active_module_chooses_among_candidates()
    {
        Assert.Equal(HookMode.Heuristic, Levels().Mode);
        Attach(Everybodys, HookMode.Active, &Feature);
        Assert.Equal(HookMode.Active, Levels().Mode);
        Assert.Equal(1, Choose());
        Attach(Tenants, HookMode.Active, &LessFeature);
        Assert.Equal(0, Choose());
        Attach(Own, HookMode.Shadow, &Feature);
        Assert.Equal((0, 1), (Choose(), _own));
        Assert.Equal((1UL, 2UL, 1UL), (State(Everybodys).Asked, State(Tenants).Asked, State(Own).Asked));
        Hook.Detach(At(Tenants));
        Levels().Outcome(9, 11);
        Assert.Equal((9UL, 11UL, 9UL, 0UL), (State(Own).OutcomeSum, State(Own).BaselineSum, State(Everybodys).OutcomeSum, State(Tenants).OutcomeSum));
        Hook.Detach(At(Everybodys));
        Assert.Equal(HookMode.Shadow, Levels().Mode);
        Hook.Detach(At(Own));
        Assert.Equal(HookMode.Heuristic, Levels().Mode);
    }

    private static ulong Clock() => 0;

    private static long AddOne(void* state, long* features) => Heuristic + 1;

    private static long AddTwo(void* state, long* features) => Heuristic + 2;

    private static long AddFour(void* state, long* features) => Heuristic + 4;

    private static long Garbage(void* state, long* features) => -1;

    private static long Feature(void* state, long* features) => features[0];

    private static long LessFeature(void* state, long* features) => 1000 - features[0];

    private Hook* At(int level) => (Hook*)_memory[level].Pointer;

    private HookLevels Levels() => new(At(Own), At(Tenants), At(Everybodys));

    private long Decide(long feature = 0)
    {
        long* features = stackalloc long[HookAttachment.MaxFeatures];
        features[0] = feature;
        return Levels().Decide(0, features, Heuristic);
    }

    /// <summary>Of two candidates, of which the second has the greater feature; the heuristic takes the first.</summary>
    private long Choose()
    {
        long* features = stackalloc long[2 * HookAttachment.MaxFeatures];
        (features[0], features[HookAttachment.MaxFeatures]) = (3, 8);
        long own;
        long choice = Levels().Choose(0, features, 2, 0, &own);
        _own = own;
        return choice;
    }

    private void Attach(int level, HookMode mode, delegate*<void*, long*, long> entry, uint canary = 10)
    {
        var attachment = (HookAttachment*)_attachments[level].Pointer;
        *attachment = default;
        attachment->Entry = entry;
        (attachment->Mode, attachment->CanaryPercent, attachment->BudgetTicks, attachment->Window) = (mode, canary, 1000, 1000);
        (attachment->LeastOutput, attachment->MostOutput, attachment->MostOutcome) = (0, 1000, 1000);
        (attachment->MostOverBudget, attachment->MostInputsOutOfRange, attachment->MostOutputsOutOfRange) = (5, 5, 5);
        (attachment->Features, attachment->LeastInputs[0], attachment->MostInputs[0]) = (1, 0, 1000);
        Hook.Attach(At(level), attachment);
    }

    private HookState State(int level)
    {
        HookState state;
        Hook.Describe(At(level), &state);
        return state;
    }
}
