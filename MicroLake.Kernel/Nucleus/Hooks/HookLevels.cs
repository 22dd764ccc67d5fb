using MicroLake.Abi;

namespace MicroLake.Nucleus.Hooks;

/// <summary>
/// Who takes part in a decision for a process, the most specific first: the hook of the process, of its tenant, of everybody. An active module is
/// the last that is asked; one that is not lets what the next would decide count in the place of the heuristic. Used with interrupts off.
/// </summary>
internal unsafe struct HookLevels
{
    private const int Most = 3;

    private fixed ulong _hooks[Most];

    public int Count { get; private set; }

    /// <summary>What the decisions of those who take part are worth at most; <see cref="HookMode.Heuristic"/>: no module does.</summary>
    public readonly HookMode Mode
    {
        get
        {
            HookMode most = HookMode.Heuristic;
            for (int i = 0; i < Count; i++)
            {
                HookAttachment* attachment = ((Hook*)_hooks[i])->Attachment;
                if (attachment != null && attachment->Mode > most)
                    most = attachment->Mode;
            }

            return most;
        }
    }

    /// <param name="own">The process's hook; null: it has none.</param>
    /// <param name="tenants">Its tenant's; null: none.</param>
    /// <param name="everybodys">Null: no module was ever there.</param>
    public HookLevels(Hook* own, Hook* tenants, Hook* everybodys)
    {
        if (Add(own) || Add(tenants) || everybodys == null)
            return;
        _hooks[Count++] = (ulong)everybodys;
    }

    /// <summary>The decision, made from the least specific hook on.</summary>
    public long Decide(uint processor, long* features, long heuristic, uint given = HookAttachment.MaxFeatures)
    {
        for (int i = Count - 1; i >= 0; i--)
            heuristic = Hook.Decide((Hook*)_hooks[i], processor, features, heuristic, given);
        return heuristic;
    }

    /// <summary>The choice among candidates, made from the least specific hook on; the most specific module's own and its ranks, too.</summary>
    public long Choose(uint processor, long* features, uint count, long heuristic, long* own, long* ranks = null)
    {
        *own = heuristic;
        for (int i = Count - 1; i >= 0; i--)
            heuristic = Hook.Choose((Hook*)_hooks[i], processor, features, count, heuristic, own, ranks);
        return heuristic;
    }

    /// <summary>What came of decisions; less is better.</summary>
    public void Outcome(ulong value)
    {
        for (int i = 0; i < Count; i++)
            Hook.Outcome((Hook*)_hooks[i], value);
    }

    /// <summary>What came of decisions, and would have come of the heuristic's; less is better.</summary>
    public void Outcome(ulong value, ulong baseline)
    {
        for (int i = 0; i < Count; i++)
            Hook.Outcome((Hook*)_hooks[i], value, baseline);
    }

    /// <summary>What will come of a decision is as bad as that already.</summary>
    public void Pending(ulong value)
    {
        for (int i = 0; i < Count; i++)
            Hook.Pending((Hook*)_hooks[i], value);
    }

    /// <summary>Whether no other takes part.</summary>
    private bool Add(Hook* hook)
    {
        HookAttachment* attachment = hook == null ? null : hook->Attachment;
        if (attachment == null)
            return false;
        _hooks[Count++] = (ulong)hook;
        return attachment->Mode == HookMode.Active;
    }
}
