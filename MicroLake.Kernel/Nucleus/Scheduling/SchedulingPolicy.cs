using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// What a scheduling policy decides. The nucleus keeps threads, time and queues; it asks the policy in force, which may be replaced
/// while the system runs: a decision leaves nothing behind that another policy could not go on from. All are called with a
/// processor's lock held, and answer without waiting.
/// </summary>
/// <remarks>Real-time threads are above any policy: among themselves they go by priority, and all others come after them.</remarks>
internal unsafe struct SchedulingPolicy
{
    /// <summary>Number of policies.</summary>
    public const int Count = 3;

    /// <summary>Index of the policy that asks the hook <c>sched.pick</c>.</summary>
    public const int Hooked = 2;

    public delegate*<Thread*, ulong, ulong> ChargeFunction;
    public delegate*<ulong, Thread*, ulong> ArriveFunction;
    public delegate*<Thread*, Thread*, bool> PreemptFunction;
    public delegate*<Thread*, ulong> QuantumFunction;
    public delegate*<PerCpu*, PerCpu*> PlaceFunction;

    private static SchedulingPolicy s_fair;
    private static SchedulingPolicy s_turns;
    private static SchedulingPolicy s_hooked;

    /// <summary>The policy in force: one of these.</summary>
    private static SchedulingPolicy* s_current;

    /// <summary>Index of the policy in force: 0 fair by virtual runtime, 1 equal turns, 2 <see cref="Hooked"/>.</summary>
    public static int InForce
    {
        get
        {
            fixed (SchedulingPolicy* fair = &s_fair, turns = &s_turns)
                return Current() == fair ? 0 : Current() == turns ? 1 : Hooked;
        }
    }

    public static void Initialize()
    {
        fixed (SchedulingPolicy* fair = &s_fair)
            FairPolicy.Describe(fair);
        fixed (SchedulingPolicy* turns = &s_turns)
            TurnPolicy.Describe(turns);
        fixed (SchedulingPolicy* hooked = &s_hooked)
            HookedPolicy.Describe(hooked);
        _ = TrySelect(0);
    }

    /// <summary>Every decision from now on is that policy's. False: there is none of that index.</summary>
    public static bool TrySelect(int index)
    {
        if (index is < 0 or >= Count)
            return false;
        // Static data of the image does not move.
        fixed (SchedulingPolicy* fair = &s_fair, turns = &s_turns, hooked = &s_hooked)
            s_current = index == 0 ? fair : index == 1 ? turns : hooked;
        return true;
    }

    /// <summary>The virtual runtime of a thread that has run for so many nanoseconds more.</summary>
    public static ulong Charge(Thread* thread, ulong nanoseconds) => Current()->ChargeFunction(thread, nanoseconds);

    /// <summary>The virtual runtime that a thread gets which becomes ready on a processor whose floor is <paramref name="floor"/>.</summary>
    public static ulong Arrive(ulong floor, Thread* thread) => Current()->ArriveFunction(floor, thread);

    /// <summary>Whether a fair thread that has become ready interrupts the fair thread that runs.</summary>
    public static bool Preempts(Thread* running, Thread* arrived) => Current()->PreemptFunction(running, arrived);

    /// <summary>Nanoseconds that a thread may run while others wait.</summary>
    public static ulong Quantum(Thread* thread) => Current()->QuantumFunction(thread);

    /// <summary>The processor for a thread that becomes ready and ran last on <paramref name="last"/>.</summary>
    public static PerCpu* Place(PerCpu* last) => Current()->PlaceFunction(last);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SchedulingPolicy* Current() => s_current;
}
