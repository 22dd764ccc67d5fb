using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using MicroLake.Abi;

namespace MicroLake.Nucleus.Hooks;

/// <summary>A decision: asking the module, its limits on counters over windows, and the record.</summary>
public unsafe partial struct Hook
{
    /// <summary>Decisions that differ by no more than this part of the heuristic's agree.</summary>
    private const ulong AgreementShare = 4;

    /// <summary>The decision.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="processor">Index of the processor.</param>
    /// <param name="features">What it is decided from.</param>
    /// <param name="heuristic">What the heuristic decides.</param>
    /// <param name="given">How many features there are; a module that takes more is not asked.</param>
    public static long Decide(Hook* hook, uint processor, long* features, long heuristic, uint given = HookAttachment.MaxFeatures)
    {
        HookAttachment* attachment = hook->Attachment;
        if (attachment == null || attachment->Features > given)
        {
            _ = Interlocked.Increment(ref hook->_state.ByHeuristic);
            return heuristic;
        }

        return Ask(hook, attachment, processor, features, heuristic);
    }

    /// <summary>A choice among candidates: the module ranks each, and takes the first of those with the greatest rank.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="processor">Index of the processor.</param>
    /// <param name="features">Of the candidates, one behind the other, <see cref="HookAttachment.MaxFeatures"/> numbers each.</param>
    /// <param name="count">Candidates.</param>
    /// <param name="heuristic">The heuristic's choice; negative: none of them.</param>
    /// <param name="own">The module's choice, whether it counts or not; the heuristic's where there is no module, or what it took or said was out of range.</param>
    /// <param name="ranks">Room for the module's rank of each candidate, which nobody writes where there is no module; null: nobody asks.</param>
    public static long Choose(Hook* hook, uint processor, long* features, uint count, long heuristic, long* own, long* ranks = null)
    {
        HookAttachment* attachment = hook->Attachment;
        *own = heuristic;
        if (attachment == null)
        {
            _ = Interlocked.Increment(ref hook->_state.ByHeuristic);
            return heuristic;
        }

        ulong number = Interlocked.Increment(ref hook->_state.Asked);
        byte* state = attachment->State + processor * attachment->StateBytes;
        bool inRange = true;
        long best = 0, bestRank = 0, worst = attachment->LeastOutput;
        long* copy = stackalloc long[HookAttachment.MaxFeatures];
        ulong start = hook->_clock();
        for (uint i = 0; i < count; i++)
        {
            long* candidate = features + i * HookAttachment.MaxFeatures;
            inRange &= TakeFeatures(attachment, candidate, copy);
            long rank = attachment->Entry(state, candidate);
            if (i == 0 || rank > bestRank)
                (best, bestRank) = (i, rank);
            if (ranks != null)
                ranks[i] = rank;
            // One rank out of range is enough.
            if (IsInRange(attachment, rank))
                continue;
            if (IsOutside(attachment, rank))
                inRange = false;
            else
                worst = rank;
        }

        ulong ticks = hook->_clock() - start;
        bool isInRange = IsInRange(attachment, worst);
        Count(hook, attachment, number, inRange, isInRange, worst, ticks);
        HookDecision* record = BeginRecord(hook, number);
        _ = TakeFeatures(attachment, features + best * HookAttachment.MaxFeatures, record->Features);
        if (inRange && isInRange)
            *own = best;
        bool counts = inRange && isInRange && DoesCount(attachment, number);
        return Settle(hook, attachment, processor, number, record, heuristic, best, counts, best == heuristic, start, ticks);
    }

    private static long Ask(Hook* hook, HookAttachment* attachment, uint processor, long* features, long heuristic)
    {
        HookState* state = &hook->_state;
        ulong number = Interlocked.Increment(ref state->Asked);
        ulong start = hook->_clock();
        long decision = attachment->Entry(attachment->State + processor * attachment->StateBytes, features);
        ulong ticks = hook->_clock() - start;
        HookDecision* record = BeginRecord(hook, number);
        bool inRange = TakeFeatures(attachment, features, record->Features), isInRange = IsInRange(attachment, decision);
        Count(hook, attachment, number, inRange, isInRange, decision, ticks);

        bool counts = inRange && isInRange && DoesCount(attachment, number);
        var difference = (ulong)(decision > heuristic ? decision - heuristic : heuristic - decision);
        bool agrees = difference <= (ulong)(heuristic < 0 ? -heuristic : heuristic) / AgreementShare;
        return Settle(hook, attachment, processor, number, record, heuristic, decision, counts, agrees, start, ticks);
    }

    /// <summary>Copies the features; returns whether all are in their ranges.</summary>
    /// <param name="attachment">The module.</param>
    /// <param name="features">As many as it takes.</param>
    /// <param name="copy">Room for <see cref="HookAttachment.MaxFeatures"/> of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TakeFeatures(HookAttachment* attachment, long* features, long* copy)
    {
        if (!Avx2.IsSupported)
            return TakeEachFeature(attachment, features, copy);

        const uint lanes = 4;
        long* least = attachment->LeastInputs, most = attachment->MostInputs;
        nuint count = attachment->Features;
        Vector256<long> all = Vector256.Create((long)count), number = Vector256.Create(0L, 1, 2, 3), outside = Vector256<long>.Zero;
        for (nuint i = 0; i < count; i += lanes)
        {
            // There may be no memory behind the last. Where there is no feature, least, value and most are 0.
            Vector256<long> values = Avx2.MaskLoad(features + i, Vector256.GreaterThan(all, number));
            values.Store(copy + i);
            outside |= Vector256.GreaterThan(Vector256.Load(least + i), values) | Vector256.GreaterThan(values, Vector256.Load(most + i));
            number += Vector256.Create((long)lanes);
        }

        return outside == Vector256<long>.Zero;
    }

    private static bool TakeEachFeature(HookAttachment* attachment, long* features, long* copy)
    {
        bool inRange = true;
        for (uint i = 0; i < attachment->Features; i++)
        {
            inRange &= features[i] >= attachment->LeastInputs[i] && features[i] <= attachment->MostInputs[i];
            copy[i] = features[i];
        }

        return inRange;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsInRange(HookAttachment* attachment, long decision) => decision >= attachment->LeastOutput && decision <= attachment->MostOutput;

    private static bool IsOutside(HookAttachment* attachment, long decision) => decision == HookAttachment.Outside && attachment->SaysOutside != 0;

    /// <summary>Whether the mode lets this decision of the module's count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool DoesCount(HookAttachment* attachment, ulong number) =>
        attachment->Mode == HookMode.Active || (attachment->Mode == HookMode.Canary && number % 100 < attachment->CanaryPercent);

    /// <summary>Counts and records a decision; returns it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Settle(
        Hook* hook, HookAttachment* attachment, uint processor, ulong number, HookDecision* record, long heuristic, long decision, bool counts, bool agrees, ulong start,
        ulong ticks)
    {
        HookState* state = &hook->_state;
        long chosen = counts ? decision : heuristic;
        if (agrees)
            _ = Interlocked.Increment(ref state->Agreed);
        if (counts)
            _ = Interlocked.Increment(ref state->ByModule);
        else
            _ = Interlocked.Increment(ref state->ByHeuristic);
        Record(record, attachment, processor, number, heuristic, decision, chosen, start, ticks);
        return chosen;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Count(Hook* hook, HookAttachment* attachment, ulong number, bool areInputsInRange, bool isOutputInRange, long decision, ulong ticks)
    {
        HookState* state = &hook->_state;
        _ = Interlocked.Add(ref state->Ticks, ticks);
        if (ticks > state->MostTicks)
            state->MostTicks = ticks;
        int bucket = BitOperations.Log2(ticks | 1) - 6;
        _ = Interlocked.Increment(ref state->Histogram[bucket < 0 ? 0 : bucket >= HookState.Buckets ? HookState.Buckets - 1 : bucket]);
        if (number - hook->_windowStart > attachment->Window)
        {
            NewWindow(hook);
            hook->_windowStart = number;
        }

        if (ticks > attachment->BudgetTicks)
        {
            _ = Interlocked.Increment(ref state->OverBudget);
            if (Interlocked.Increment(ref hook->_windowOverBudget) > attachment->MostOverBudget)
                Trip(hook, attachment, HookTrip.OverBudget);
        }

        if (areInputsInRange && isOutputInRange)
            return;
        if (!areInputsInRange || IsOutside(attachment, decision))
        {
            _ = Interlocked.Increment(ref state->InputsOutOfRange);
            if (Interlocked.Increment(ref hook->_windowInputs) > attachment->MostInputsOutOfRange)
                Trip(hook, attachment, HookTrip.InputsOutOfRange);
        }

        if (!isOutputInRange && !IsOutside(attachment, decision))
        {
            _ = Interlocked.Increment(ref state->OutputsOutOfRange);
            if (Interlocked.Increment(ref hook->_windowOutputs) > attachment->MostOutputsOutOfRange)
                Trip(hook, attachment, HookTrip.OutputsOutOfRange);
        }
    }

    /// <summary>The place of a decision, which has none until <see cref="Record"/> is through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static HookDecision* BeginRecord(Hook* hook, ulong number)
    {
        HookDecision* record = PlaceOf(hook, number);
        Volatile.Write(ref record->Sequence, 0);
        return record;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Record(
        HookDecision* record, HookAttachment* attachment, uint processor, ulong number, long heuristic, long decision, long chosen, ulong start, ulong ticks)
    {
        Volatile.Write(ref record->Time, start);
        Volatile.Write(ref record->Heuristic, heuristic);
        Volatile.Write(ref record->Module, decision);
        Volatile.Write(ref record->Chosen, chosen);
        Volatile.Write(ref record->Ticks, ticks < uint.MaxValue ? (uint)ticks : uint.MaxValue);
        Volatile.Write(ref record->Version, attachment->Version);
        Volatile.Write(ref record->Processor, processor);
        Volatile.Write(ref record->Sequence, number);
    }
}
