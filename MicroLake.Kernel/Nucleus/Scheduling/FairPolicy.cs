namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// The built-in heuristic: processor time in proportion to weight. A thread's virtual runtime grows by the time it ran, the faster the
/// smaller its weight, and the least one runs next (the idea of start-time fair queueing: Goyal, Vin and Cheng, 1996). One that waited
/// comes back a little before the others, so that short work is done soon, but saves up no more than that.
/// </summary>
internal static unsafe class FairPolicy
{
    private const ulong QuantumNanoseconds = 4_000_000;
    private const ulong ArrivalBonus = 3_000_000;
    private const ulong PreemptionMargin = 1_000_000;
    private const ulong FullWeight = 1024;

    public static void Describe(SchedulingPolicy* policy)
    {
        policy->ChargeFunction = &Charge;
        policy->ArriveFunction = &Arrive;
        policy->PreemptFunction = &Preempts;
        policy->QuantumFunction = &Quantum;
        policy->PlaceFunction = &Placement.Choose;
    }

    /// <summary>Weight of a fair priority: 1024 at the default, halved every three steps below.</summary>
    /// <param name="priority">1 to 32.</param>
    public static ulong WeightOf(byte priority)
    {
        int below = Scheduler.DefaultPriority - priority;
        ulong full = (below % 3) switch
        {
            0 => FullWeight,
            1 => 813,
            _ => 645,
        };
        ulong weight = full >> (below / 3);
        return weight == 0 ? 1 : weight;
    }

    /// <summary>The least virtual runtime that one who waited comes back with.</summary>
    public static ulong Front(ulong floor) => floor > ArrivalBonus ? floor - ArrivalBonus : 0;

    public static ulong Arrive(ulong floor, Thread* thread)
    {
        ulong earliest = Front(floor);
        return thread->VirtualRuntime > earliest ? thread->VirtualRuntime : earliest;
    }

    // Most threads have the default priority, whose charge needs no division.
    public static ulong Charge(Thread* thread, ulong nanoseconds) =>
        thread->VirtualRuntime + (thread->RunNode.Priority == Scheduler.DefaultPriority
            ? nanoseconds
            : nanoseconds * FullWeight / WeightOf(thread->RunNode.Priority));

    private static bool Preempts(Thread* running, Thread* arrived) =>
        arrived->VirtualRuntime + PreemptionMargin < running->VirtualRuntime;

    private static ulong Quantum(Thread* thread) => QuantumNanoseconds;
}
