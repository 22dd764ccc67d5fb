using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on the event trace. Those that return a status or -1 are tried again while another thread is in one of them.</summary>
internal static unsafe class TraceCalls
{
    [RuntimeExport("mk_trace_start")]
    private static Status Start(ulong records) => TraceControl.Start(records);

    [RuntimeExport("mk_trace_stop")]
    private static Status Stop() => TraceControl.Stop();

    [RuntimeExport("mk_trace_status")]
    private static Status Describe(TraceStatus* status) => TraceControl.Describe(status);

    /// <summary>Copies up to <paramref name="count"/> records of a processor from a position on, and moves the position.</summary>
    [RuntimeExport("mk_trace_read")]
    private static int Read(int processor, ulong* position, TraceRecord* records, int count) =>
        TraceControl.Read(processor, position, records, count);

    /// <summary>Records text, UTF-8, cut to <see cref="TraceRecord.TextBytes"/>.</summary>
    [RuntimeExport("mk_trace_mark")]
    private static void Mark(byte* text, int length) => Trace.Mark(text, length);

    /// <summary>Records that something of that name was loaded; UTF-8, cut to <see cref="TraceRecord.TextBytes"/>.</summary>
    [RuntimeExport("mk_trace_load")]
    private static void Load(byte* name, int length) => Trace.Load(name, length);
}
