using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// <see cref="FairPolicy"/> but for where a thread stands that becomes ready: that many nanoseconds of virtual run time behind the front, the hook
/// <c>sched.pick</c> decides. A module foresees that the thread runs for so long: while it does it comes forward by what it ran, so that who is
/// foreseen to have the least left goes first; and when it has run for so long and goes on, the module is asked again.
/// </summary>
/// <remarks>
/// Nobody starves: while others run as foreseen, the front moves on at a share of the time (<see cref="AgeingShare"/>), so who stands that far behind
/// waits at most so many times as long, and the range of decisions bounds how far that is.
/// </remarks>
internal static unsafe class HookedPolicy
{
    /// <summary>The front moves on by one part in so many of the time that threads run which are foreseen to.</summary>
    private const ulong AgeingShare = 16;

    public static void Describe(SchedulingPolicy* policy)
    {
        FairPolicy.Describe(policy);
        policy->ArriveFunction = &Arrive;
        policy->ChargeFunction = &Charge;
    }

    /// <summary>A processor's front is where its queue is. Nobody is asked before.</summary>
    public static void Begin(PerCpu* cpu) => cpu->PickFloor = cpu->Ready.Floor;

    /// <summary>
    /// What was foreseen of a thread is forgotten, and it stands where it would without. Where this policy is not in force any more, the queue's floor is
    /// taken over, which those that were kept back have raised: who is behind it comes along, lest he go before all that wake. The processor's lock is held.
    /// </summary>
    public static void Forget(PerCpu* cpu, Thread* thread)
    {
        bool isOver = SchedulingPolicy.InForce != SchedulingPolicy.Hooked;
        if (thread->IsRealtime || (thread->Foreseen == 0 && !isOver))
            return;
        bool waits = cpu->Ready.Remove(thread);
        thread->VirtualRuntime -= Less(thread->Foreseen, thread->VirtualRuntime);
        thread->Foreseen = 0;
        ulong floor = cpu->Ready.Floor;
        if (isOver && thread->VirtualRuntime < floor)
            thread->VirtualRuntime = Less(thread->VirtualRuntime + (floor - Less(cpu->PickFloor, floor)), floor);
        if (waits)
            cpu->Ready.Add(thread);
    }

    private static ulong Arrive(ulong floor, Thread* thread)
    {
        PerCpu* cpu = thread->Home;
        Follow(cpu, cpu->Current);
        ulong front = FairPolicy.Front(cpu->PickFloor);
        thread->VirtualRuntime -= Less(thread->Foreseen, thread->VirtualRuntime);
        return Place(cpu, thread, front, (long)(FairPolicy.Arrive(cpu->PickFloor, thread) - front));
    }

    private static ulong Charge(Thread* thread, ulong nanoseconds)
    {
        PerCpu* cpu = thread->Home;
        Follow(cpu, thread);
        ulong foreseen = Less(thread->Foreseen, nanoseconds), before = thread->VirtualRuntime;
        thread->VirtualRuntime -= Less(foreseen, before);
        thread->Foreseen -= foreseen;
        cpu->PickFloor += foreseen / AgeingShare;
        ulong charged = FairPolicy.Charge(thread, nanoseconds - foreseen);
        thread->VirtualRuntime = before;
        if (foreseen == 0 || thread->Foreseen != 0)
            return charged;
        return Place(cpu, thread, charged, 0);
    }

    /// <summary>The front is where those are that have run, but for what they were foreseen to.</summary>
    private static void Follow(PerCpu* cpu, Thread* running)
    {
        if (running == cpu->Idle || running->IsRealtime)
            return;
        ulong reached = running->VirtualRuntime - Less(running->Foreseen, running->VirtualRuntime);
        reached = Less(reached, cpu->Ready.Floor);
        if (reached > cpu->PickFloor)
            cpu->PickFloor = reached;
    }

    /// <summary>Where a thread stands by decision of the hook.</summary>
    private static ulong Place(PerCpu* cpu, Thread* thread, ulong front, long heuristic)
    {
        long* features = stackalloc long[HookAttachment.MaxFeatures];
        Process* process = thread->Process;
        RunHistory* history = &thread->History;
        Foresight* known = &process->Foresight;
        features[0] = (long)history->Bursts[0];
        features[1] = (long)history->Bursts[1];
        features[2] = (long)history->Bursts[2];
        features[3] = (long)history->Bursts[3];
        features[4] = (long)history->Waited;
        features[5] = thread->RunNode.Priority;
        features[6] = (long)cpu->Ready.Count;
        features[7] = (long)thread->RunNanoseconds;
        features[8] = process->IsKernel ? 0 : (long)(process->EndedRunNanoseconds + thread->RunNanoseconds);
        features[9] = (long)process->DeclaredNanoseconds;
        features[10] = known->CommandLast;
        features[11] = known->CommandBeforeLast;
        features[12] = known->CommandMean;
        features[13] = known->CommandRuns;
        features[14] = known->ProgramMean;
        features[15] = known->UsualMean;
        long decision = HookTable.DecideFor(process, HookTable.SchedPick, Processor.CurrentCpu(), features, heuristic);
        ulong behind = decision > 0 ? (ulong)decision : 0;
        // The heuristic foresees nothing.
        thread->Foreseen = decision == heuristic ? 0 : behind;
        return front + behind;
    }

    private static ulong Less(ulong a, ulong b) => a < b ? a : b;
}
