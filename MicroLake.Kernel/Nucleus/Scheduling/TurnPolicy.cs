namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Equal turns: every thread's turn counts the same, however long it ran and whatever its weight. Plain round robin, for
/// comparison with <see cref="FairPolicy"/>.
/// </summary>
internal static unsafe class TurnPolicy
{
    private const ulong QuantumNanoseconds = 4_000_000;

    public static void Describe(SchedulingPolicy* policy)
    {
        policy->ChargeFunction = &Charge;
        policy->ArriveFunction = &FairPolicy.Arrive;
        policy->PreemptFunction = &Preempts;
        policy->QuantumFunction = &Quantum;
        policy->PlaceFunction = &Placement.Choose;
    }

    private static ulong Charge(Thread* thread, ulong nanoseconds) => thread->VirtualRuntime + QuantumNanoseconds;

    private static bool Preempts(Thread* running, Thread* arrived) => false;

    private static ulong Quantum(Thread* thread) => QuantumNanoseconds;
}
