using System.Numerics;
using System.Text;
using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>The event trace: what the nucleus did when, from the last events of each processor.</summary>
public static unsafe class KernelTrace
{
    /// <summary>Records that each processor keeps unless told otherwise: 1 MiB.</summary>
    public const int UsualRecords = 16384;

    /// <summary>Bounds of what <see cref="Start"/> takes.</summary>
    public const int FewestRecords = 256;

    /// <inheritdoc cref="FewestRecords"/>
    public const int MostRecords = 1 << 20;

    private const int RecordsAtOnce = 64;

    /// <summary>Starts a new trace; the last one's events are gone.</summary>
    /// <param name="records">Events that each processor keeps, rounded up to a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="FewestRecords"/> or more than <see cref="MostRecords"/>.</exception>
    /// <exception cref="OutOfMemoryException">There is no such run of memory for each processor.</exception>
    public static void Start(int records = UsualRecords)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(records, FewestRecords);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records, MostRecords);
        ulong capacity = BitOperations.RoundUpToPowerOf2((uint)records);
        if (Again(() => KernelCall.TraceStart(capacity)) == Status.OutOfMemory)
            throw new OutOfMemoryException($"There is no memory for {capacity} events for each processor.");
    }

    /// <summary>Ends the trace. False: none runs.</summary>
    public static bool Stop() => Again(KernelCall.TraceStop) == Status.Ok;

    public static TraceState State()
    {
        TraceStatus status = default;
        TraceStatus* at = &status;
        while (KernelCall.TraceStatus(at) == Status.WouldBlock)
            Thread.Yield();
        return new(
            status.Running != 0, (int)status.Processors, (long)status.Capacity, (long)status.Written, (long)status.Dropped,
            RecordField.Time(status.StartedAt), status.StoppedAt == 0 ? null : RecordField.Time(status.StoppedAt));
    }

    /// <summary>The events of a processor that are still there, oldest first, read piece by piece.</summary>
    public static IEnumerable<TraceEntry> Read(int processor)
    {
        var records = new TraceRecord[RecordsAtOnce];
        ulong position = 0;
        int count;
        while ((count = Read(processor, ref position, records)) > 0)
            for (int i = 0; i < count; i++)
                yield return Describe(records[i]);
    }

    /// <summary>Records text to find this moment by; beyond 40 bytes of UTF-8 it is cut.</summary>
    public static void Mark(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
            KernelCall.TraceMark(start, bytes.Length);
    }

    /// <summary>Records that a program, module or model of that name was loaded.</summary>
    public static void Load(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        fixed (byte* start = bytes)
            KernelCall.TraceLoad(start, bytes.Length);
    }

    private static int Read(int processor, ref ulong position, TraceRecord[] records)
    {
        int count;
        fixed (TraceRecord* start = records)
        fixed (ulong* at = &position)
            while ((count = KernelCall.TraceRead(processor, at, start, records.Length)) < 0)
                Thread.Yield();
        return count;
    }

    private static TraceEntry Describe(in TraceRecord record)
    {
        string text = "";
        if (record.Kind is TraceEventKind.Load or TraceEventKind.Mark or TraceEventKind.ThreadName)
        {
            fixed (byte* start = record.Text)
                text = RecordField.Text(new ReadOnlySpan<byte>(start, TraceRecord.TextBytes));
        }

        return new(
            (long)record.Sequence, (long)record.Time, record.Kind, record.Detail, record.Thread,
            text.Length == 0 ? record.A : 0, text.Length == 0 ? record.B : 0, text.Length == 0 ? record.C : 0, text);
    }

    /// <summary>Another thread is in one of these calls for a few microseconds at most.</summary>
    private static Status Again(Func<Status> call)
    {
        Status status;
        while ((status = call()) == Status.WouldBlock)
            Thread.Yield();
        return status;
    }
}
