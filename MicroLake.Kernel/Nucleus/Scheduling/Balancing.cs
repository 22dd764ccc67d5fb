using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>How many threads a processor that has nothing to do takes from another's queue: one, or as many as the hook <c>sched.balance</c> says.</summary>
internal static unsafe class Balancing
{
    /// <summary>Both processors' locks are held.</summary>
    /// <returns>At most half of what waits there, rounded up: the other has work, too.</returns>
    public static ulong ThreadsToTake(PerCpu* cpu, PerCpu* other)
    {
        Thread* first = other->Ready.Peek();
        if (first == null)
            return 0;
        // Real-time threads are above any policy.
        if (first->IsRealtime || !HookTable.IsAttached(HookTable.SchedBalance))
            return 1;
        RunHistory* history = &first->History;
        ulong now = Clock.Monotonic();
        long* features = stackalloc long[HookAttachment.MaxFeatures];
        features[0] = (long)other->Ready.Count;
        features[1] = System.Numerics.BitOperations.PopCount(Processors.Idle);
        features[2] = history->ReadySince != 0 && now > history->ReadySince ? (long)(now - history->ReadySince) : 0;
        features[3] = (long)history->Bursts[0];
        long decision = HookTable.Decide(HookTable.SchedBalance, cpu, features, 1);
        ulong most = (other->Ready.Count + 1) / 2;
        return decision <= 0 ? 0 : (ulong)decision < most ? (ulong)decision : most;
    }
}
