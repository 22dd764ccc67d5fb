using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Features;

/// <summary>
/// What a thread did lately: its bursts, each the processor time from a wake to the next wait, and how long it waited to run. Kept only
/// while somebody observes runs; the processor's lock guards it.
/// </summary>
internal unsafe struct RunHistory
{
    /// <summary>Bursts that are kept.</summary>
    public const int Kept = 4;

    /// <summary>The last bursts in nanoseconds, the youngest first; 0 where there was none.</summary>
    public fixed ulong Bursts[Kept];

    /// <summary>When the thread became ready; 0: not seen.</summary>
    public ulong ReadySince;

    /// <summary>How long it waited before its present or last run.</summary>
    public ulong Waited;

    /// <summary>Its processor time when its present run began, and when its present burst did.</summary>
    public ulong RunBase, BurstBase;

    /// <summary>Which observation saw the present run begin; 0: none.</summary>
    public uint Observation;
    public uint Padding;

    /// <summary>The thread waits no longer.</summary>
    public static void Arrive(Thread* thread, ulong now)
    {
        thread->History.ReadySince = now;
        thread->History.BurstBase = thread->RunNanoseconds;
    }

    /// <summary>The thread leaves the processor.</summary>
    public static void Leave(Thread* thread, ulong now)
    {
        RunHistory* history = &thread->History;
        if (thread->State == ThreadState.Ready)
        {
            history->ReadySince = now;
            return;
        }

        history->ReadySince = 0;
        for (int i = Kept - 1; i > 0; i--)
            history->Bursts[i] = history->Bursts[i - 1];
        history->Bursts[0] = thread->RunNanoseconds - history->BurstBase;
    }

    /// <summary>The thread gets the processor.</summary>
    public static void Enter(Thread* thread, ulong now, uint observation)
    {
        RunHistory* history = &thread->History;
        history->Waited = history->ReadySince != 0 && now > history->ReadySince ? now - history->ReadySince : 0;
        history->RunBase = thread->RunNanoseconds;
        history->Observation = observation;
    }
}
