using System;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Abi;

namespace MicroLake.Nucleus.Hooks;

/// <summary>
/// A decision that a module may take over. The heuristic's is always there; a module is asked only while one is attached, and is taken off at
/// once when it breaks the limits of its attachment. Called with interrupts off: who has attached or taken off knows that nobody is inside after
/// every processor has had interrupts on.
/// </summary>
public unsafe partial struct Hook
{
    /// <summary>Last decisions that are kept.</summary>
    public const int Kept = 32;

    /// <summary>Bytes of a hook: three pages.</summary>
    public const ulong Bytes = 3 * 4096;

    private const ulong DecisionsOffset = 1024;

    private HookAttachment* _attachment;
    private delegate*<ulong> _clock;
    private ulong _windowStart;
    private ulong _windowOverBudget, _windowInputs, _windowOutputs;
    private HookState _state;

    /// <summary>Where the memory of the module lies that was attached last, and how long it is: for who attaches. 0: none.</summary>
    public ulong Block, BlockPages;

    /// <summary>The module at the hook, or null.</summary>
    public HookAttachment* Attachment => (HookAttachment*)Volatile.Read(ref *(ulong*)AttachmentPlace());

    /// <param name="hook"><see cref="Bytes"/> bytes of zeros.</param>
    /// <param name="clock">Reads the time-stamp counter.</param>
    public static void Initialize(Hook* hook, delegate*<ulong> clock) => hook->_clock = clock;

    /// <summary>Attaches a module in the place of the one before, which is returned; its counters begin anew.</summary>
    public static HookAttachment* Attach(Hook* hook, HookAttachment* attachment)
    {
        // Not the counts of decisions: they go on while others decide.
        HookState* state = &hook->_state;
        state->Asked = 0;
        state->Agreed = 0;
        state->OverBudget = 0;
        state->InputsOutOfRange = 0;
        state->OutputsOutOfRange = 0;
        state->Ticks = 0;
        state->MostTicks = 0;
        state->Module = attachment->Module;
        state->Version = attachment->Version;
        state->Trip = HookTrip.None;
        for (int i = 0; i < HookState.Buckets; i++)
            state->Histogram[i] = 0;
        ResetOutcomes(hook);
        NewWindow(hook);
        return (HookAttachment*)Interlocked.Exchange(ref *(ulong*)hook->AttachmentPlace(), (ulong)attachment);
    }

    /// <summary>Takes the module off; returns it, or null.</summary>
    public static HookAttachment* Detach(Hook* hook) => (HookAttachment*)Interlocked.Exchange(ref *(ulong*)hook->AttachmentPlace(), 0ul);

    /// <summary>Something came of decisions, and would have come of the heuristic's: less is better.</summary>
    public static void Outcome(Hook* hook, ulong value, ulong baseline)
    {
        HookState* state = &hook->_state;
        _ = Interlocked.Add(ref state->BaselineSum, baseline);
        ulong sum = Interlocked.Add(ref state->RecentSum, value), baselines = Interlocked.Add(ref state->RecentBaselineSum, baseline);
        ulong recent = Interlocked.Increment(ref state->Recent);
        CountOutcome(hook, value);
        HookAttachment* attachment = hook->Attachment;
        if (attachment == null || attachment->Mode < HookMode.Canary || recent < attachment->OutcomeWindow)
            return;
        if ((UInt128)sum * 100 > (UInt128)baselines * (100 + attachment->MostWorse))
        {
            Trip(hook, attachment, HookTrip.Worse);
        }
        else if (recent == 2 * attachment->OutcomeWindow)
        {
            // What was good for long is no credit.
            _ = Interlocked.Add(ref state->RecentSum, 0 - sum / 2);
            _ = Interlocked.Add(ref state->RecentBaselineSum, 0 - baselines / 2);
            _ = Interlocked.Add(ref state->Recent, 0 - attachment->OutcomeWindow);
        }
    }

    /// <summary>Something came of decisions, and nobody can tell what would have come of the heuristic's: less is better.</summary>
    public static void Outcome(Hook* hook, ulong value)
    {
        HookAttachment* attachment = hook->Attachment;
        ulong baseline = attachment == null ? 0 : attachment->Baseline;
        if (baseline != 0)
            Outcome(hook, value, baseline);
        else
            CountOutcome(hook, value);
    }

    /// <summary>What will come of a decision is as bad as that already; it is counted when it has come.</summary>
    public static void Pending(Hook* hook, ulong value)
    {
        HookState* state = &hook->_state;
        if (value > state->WorstOutcome)
            state->WorstOutcome = value;
        HookAttachment* attachment = hook->Attachment;
        if (attachment != null && attachment->Mode >= HookMode.Canary && value > attachment->MostOutcome)
            Trip(hook, attachment, HookTrip.Starvation);
    }

    /// <summary>Counts outcomes anew: those of another mode begin.</summary>
    public static void ResetOutcomes(Hook* hook)
    {
        hook->_state.Outcomes = 0;
        hook->_state.OutcomeSum = 0;
        hook->_state.BaselineSum = 0;
        hook->_state.Recent = 0;
        hook->_state.RecentSum = 0;
        hook->_state.RecentBaselineSum = 0;
        hook->_state.WorstOutcome = 0;
    }

    public static void Describe(Hook* hook, HookState* state)
    {
        *state = hook->_state;
        HookAttachment* attachment = hook->Attachment;
        state->Mode = attachment == null ? HookMode.Heuristic : attachment->Mode;
    }

    /// <summary>Copies the last decisions that a module was asked for, the youngest first; returns how many.</summary>
    public static int ReadDecisions(Hook* hook, HookDecision* target, int count)
    {
        ulong last = Volatile.Read(ref hook->_state.Asked);
        int copied = 0;
        for (ulong number = last; number > 0 && number + Kept > last && copied < count; number--)
        {
            HookDecision* decision = PlaceOf(hook, number);
            if (Volatile.Read(ref decision->Sequence) != number)
                continue;
            target[copied] = *decision;
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref decision->Sequence) == number)
                copied++;
        }

        return copied;
    }

    /// <summary>The heuristic decides from now on; who keeps the module's memory finds the reason in the state.</summary>
    private static void Trip(Hook* hook, HookAttachment* attachment, HookTrip reason)
    {
        if (Interlocked.CompareExchange(ref *(ulong*)hook->AttachmentPlace(), 0ul, (ulong)attachment) == (ulong)attachment)
            hook->_state.Trip = reason;
    }

    private static void CountOutcome(Hook* hook, ulong value)
    {
        HookState* state = &hook->_state;
        _ = Interlocked.Increment(ref state->Outcomes);
        _ = Interlocked.Add(ref state->OutcomeSum, value);
        Pending(hook, value);
    }

    private static void NewWindow(Hook* hook)
    {
        hook->_windowStart = 0;
        hook->_windowOverBudget = 0;
        hook->_windowInputs = 0;
        hook->_windowOutputs = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static HookDecision* PlaceOf(Hook* hook, ulong number) =>
        (HookDecision*)((byte*)hook + DecisionsOffset) + (number & (Kept - 1));

    private HookAttachment** AttachmentPlace()
    {
        // SAFETY: a hook lies in memory that does not move.
        fixed (HookAttachment** place = &_attachment)
            return place;
    }
}
