using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Features;

/// <summary>The registry <c>sched.run</c>: a vector for each run of a thread, when it ends.</summary>
internal static unsafe class RunFeatures
{
    private static uint s_handle;

    /// <summary>The open registry, or 0.</summary>
    public static uint Handle
    {
        get => System.Threading.Volatile.Read(ref s_handle);
        set => System.Threading.Volatile.Write(ref s_handle, value);
    }

    public static Status Create(ulong capacity, uint* handle)
    {
        var schema = new FeatureSchema("sched.run"u8, capacity);
        schema.Add("thread"u8, FeatureKind.Integer);
        schema.Add("priority"u8, FeatureKind.Integer);
        schema.Add("reason"u8, FeatureKind.Integer);
        schema.Add("run_ns"u8, FeatureKind.Integer);
        schema.Add("waited_ns"u8, FeatureKind.Integer);
        schema.Add("burst_ns"u8, FeatureKind.Integer);
        schema.Add("bursts_ns"u8, FeatureKind.Integer, RunHistory.Kept);
        schema.Add("ready"u8, FeatureKind.Integer);
        return FeatureRegistries.Create(&schema.State, schema.Fields, handle);
    }

    /// <summary>A thread has run; its history is not yet that of the run. The processor's lock is held.</summary>
    public static void Capture(PerCpu* cpu, Thread* thread, SwitchReason reason)
    {
        RunHistory* history = &thread->History;
        uint handle = s_handle;
        if (history->Observation != handle || thread == cpu->Idle)
            return;
        FeatureVector* vector = FeatureRegistries.Begin(handle);
        if (vector == null)
            return;
        var values = (long*)(vector + 1);
        values[0] = thread->Id;
        values[1] = thread->RunNode.Priority;
        values[2] = (long)reason;
        values[3] = (long)(thread->RunNanoseconds - history->RunBase);
        values[4] = (long)history->Waited;
        values[5] = (long)(thread->RunNanoseconds - history->BurstBase);
        for (int i = 0; i < RunHistory.Kept; i++)
            values[6 + i] = (long)history->Bursts[i];
        values[6 + RunHistory.Kept] = (long)cpu->Ready.Count;
        FeatureRegistries.Commit(handle, vector);
    }
}
