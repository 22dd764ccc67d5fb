using MicroLake.Abi;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Hooks;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// <see cref="FairPolicy"/> but for where a thread stands that becomes ready: that many nanoseconds of virtual run time behind the front, the hook
/// <c>sched.pick</c> decides. Its range bounds how long anybody can be kept back.
/// </summary>
internal static unsafe class HookedPolicy
{
    public static void Describe(SchedulingPolicy* policy)
    {
        FairPolicy.Describe(policy);
        policy->ArriveFunction = &Arrive;
    }

    private static ulong Arrive(ulong floor, Thread* thread)
    {
        ulong front = FairPolicy.Front(floor);
        var heuristic = (long)(FairPolicy.Arrive(floor, thread) - front);
        long* features = stackalloc long[HookAttachment.MaxFeatures];
        RunHistory* history = &thread->History;
        features[0] = (long)history->Bursts[0];
        features[1] = (long)history->Bursts[1];
        features[2] = (long)history->Bursts[2];
        features[3] = (long)history->Bursts[3];
        features[4] = (long)history->Waited;
        features[5] = thread->RunNode.Priority;
        features[6] = (long)thread->Home->Ready.Count;
        features[7] = (long)thread->RunNanoseconds;
        long decision = HookTable.DecideFor(thread->Process, HookTable.SchedPick, Arch.X64.Processor.CurrentCpu(), features, heuristic);
        return front + (decision > 0 ? (ulong)decision : 0);
    }
}
