using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Features;

/// <summary>The registry <c>mm.fault</c>: a vector for each page fault.</summary>
internal static unsafe class FaultFeatures
{
    private const ulong FaultWrite = 2;

    private static uint s_handle;

    /// <summary>The open registry, or 0.</summary>
    public static uint Handle
    {
        get => System.Threading.Volatile.Read(ref s_handle);
        set => System.Threading.Volatile.Write(ref s_handle, value);
    }

    public static Status Create(ulong capacity, uint* handle)
    {
        var schema = new FeatureSchema("mm.fault"u8, capacity);
        schema.Add("thread"u8, FeatureKind.Integer);
        schema.Add("process"u8, FeatureKind.Integer);
        schema.Add("page"u8, FeatureKind.Integer);
        schema.Add("distance"u8, FeatureKind.Integer);
        schema.Add("write"u8, FeatureKind.Integer);
        schema.Add("free_frames"u8, FeatureKind.Integer);
        return FeatureRegistries.Create(&schema.State, schema.Fields, handle);
    }

    /// <summary>A page fault of a thread, before it is resolved. Interrupts are off.</summary>
    public static void Capture(Thread* thread, TrapFrame* frame, ulong address)
    {
        ulong page = address / PageTable.PageBytes;
        ulong last = thread->LastFaultPage;
        thread->LastFaultPage = page;
        FeatureVector* vector = FeatureRegistries.Begin(s_handle);
        if (vector == null)
            return;
        var values = (long*)(vector + 1);
        values[0] = thread->Id;
        values[1] = frame->IsFromProcess ? thread->Process->Id : 0;
        values[2] = (long)page;
        values[3] = last == 0 ? 0 : (long)(page - last);
        values[4] = (frame->ErrorCode & FaultWrite) != 0 ? 1 : 0;
        values[5] = (long)PhysicalMemory.FreeFrames;
        FeatureRegistries.Commit(s_handle, vector);
    }
}
