namespace MicroLake.Hosting;

/// <summary>How threads below real-time share the processors. Replaced while the system runs: the next decision is the new policy's.</summary>
public enum SchedulingPolicy
{
    /// <summary>Time in proportion to the weight of a thread's priority.</summary>
    Fair = 0,

    /// <summary>Turns of equal worth, whatever the weight.</summary>
    EqualTurns = 1,

    /// <summary>As <see cref="Fair"/>, but the hook <c>sched.pick</c> decides where a thread stands that becomes ready.</summary>
    Hooked = 2,
}
