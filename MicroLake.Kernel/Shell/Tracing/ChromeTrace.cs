using System.Globalization;
using System.Text.Json;

namespace MicroLake.Shell;

/// <summary>
/// Writes a trace as JSON that Perfetto (ui.perfetto.dev) and chrome://tracing open: a track for each processor, on it a slice for each run of
/// a thread and, inside of it, for each interrupt.
/// </summary>
/// <remarks>
/// The format is the JSON object format of Google's document "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU):
/// an object whose <c>traceEvents</c> is an array of events in any order. Of each, <c>ph</c> is the kind, <c>ts</c> the time in microseconds, which may have
/// a fraction, <c>pid</c> and <c>tid</c> the track. Written here: <c>X</c>, a complete event with its length <c>dur</c>, which on one track must lie wholly inside
/// or outside of others; <c>i</c>, an instant with its scope <c>s</c> (<c>t</c>: the track); <c>b</c> and <c>e</c>, begin and end of something that goes on beside the
/// tracks, matched by <c>cat</c> and <c>id</c>; <c>M</c>, metadata such as a track's name. <c>displayTimeUnit</c> says what viewers show.
/// Events go out as they are read: nothing grows with the trace but the table of thread names.
/// </remarks>
internal sealed class ChromeTrace
{
    // One process of the trace holds the processors' tracks.
    private const int ProcessorsId = 1;
    private const string Metadata = "M";
    private const int BytesBetweenFlushes = 8192;

    private readonly ITracing _tracing;
    private readonly Stream _stream;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<TraceThread, string> _names = [];
    private readonly IReadOnlySet<TraceThread> _idle;
    private Utf8JsonWriter _json = null!;

    private ChromeTrace(ITracing tracing, Stream stream, CancellationToken cancellation)
    {
        _tracing = tracing;
        _stream = stream;
        _cancellation = cancellation;
        _idle = tracing.IdleThreads();
    }

    /// <summary>Events written, metadata not counted.</summary>
    public long Count { get; private set; }

    /// <summary>Writes a trace that has stopped; returns how many events went out.</summary>
    public static long Write(ITracing tracing, Stream stream, CancellationToken cancellation)
    {
        var trace = new ChromeTrace(tracing, stream, cancellation);
        trace.Write();
        return trace.Count;
    }

    private void Write()
    {
        TraceInformation state = _tracing.State;
        CollectNames(state);
        using (_json = new Utf8JsonWriter(_stream))
        {
            _json.WriteStartObject();
            _json.WriteString("displayTimeUnit", "ns");
            _json.WriteStartObject("otherData");
            _json.WriteString("system", "MicroLake");
            _json.WriteNumber("droppedEvents", state.Dropped);
            _json.WriteEndObject();
            _json.WriteStartArray("traceEvents");
            WriteName("process_name", 0, "processors");
            for (int processor = 0; processor < state.Processors; processor++)
                WriteProcessor(processor, state);
            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        _stream.WriteByte((byte)'\n');
    }

    /// <summary>Names are recorded on the processor that gave them, which may be a later one than that which ran the thread.</summary>
    private void CollectNames(TraceInformation state)
    {
        foreach ((TraceThread thread, string name) in _tracing.ThreadNames())
            _names[thread] = name;
        for (int processor = 0; processor < state.Processors; processor++)
            foreach (TraceEvent e in _tracing.Events(processor))
                if (e.Kind == TraceEventKind.ThreadName)
                    _names[e.Thread] = e.Text;
    }

    private void WriteProcessor(int processor, TraceInformation state)
    {
        WriteName("thread_name", processor, $"processor {processor}");
        BeginEvent("thread_sort_index", Metadata, processor);
        _json.WriteStartObject("args");
        _json.WriteNumber("sort_index", processor);
        EndEvent(1);

        TraceThread running = default;
        long since = -1, last = 0;
        (long Vector, long Since) interrupt = (-1, 0);
        foreach (TraceEvent e in _tracing.Events(processor))
        {
            _cancellation.ThrowIfCancellationRequested();
            // The oldest event that is left tells what ran before it, but not since when.
            if (since < 0)
                (running, since) = (e.Thread, e.Nanoseconds);
            last = e.Nanoseconds;
            switch (e.Kind)
            {
                case TraceEventKind.Switch:
                    WriteRun(processor, e.Thread, since, last, e.Text);
                    (running, since) = (e.Other, last);
                    interrupt.Vector = -1;
                    break;
                case TraceEventKind.InterruptBegin:
                    interrupt = ((long)e.Value, last);
                    break;
                case TraceEventKind.InterruptEnd when interrupt.Vector == (long)e.Value:
                    WriteInterrupt(processor, e, interrupt.Since);
                    interrupt.Vector = -1;
                    break;
                case TraceEventKind.Call or TraceEventKind.Reply:
                    WriteCall(processor, e);
                    break;
                case TraceEventKind.Fault:
                    WriteInstant(processor, e, e.Text, "fault", "address", "0x" + e.Value.ToString("x", CultureInfo.InvariantCulture));
                    break;
                case TraceEventKind.Load:
                    WriteInstant(processor, e, "load " + e.Text, "load", "name", e.Text);
                    break;
                case TraceEventKind.Mark:
                    WriteInstant(processor, e, e.Text, "mark", "text", e.Text);
                    break;
            }
        }

        long end = state.Stopped is { } stopped ? Math.Max(last, stopped.Ticks * 100) : last;
        if (since >= 0)
            WriteRun(processor, running, since, end, "");
    }

    private void WriteRun(int processor, TraceThread thread, long since, long until, string reason)
    {
        // An idle processor is a gap.
        if (_idle.Contains(thread))
            return;
        BeginEvent(NameOf(thread), "X", processor);
        WriteTime("ts", since);
        WriteTime("dur", until - since);
        _json.WriteString("cat", "run");
        _json.WriteStartObject("args");
        _json.WriteNumber("thread", thread.Number);
        if (reason.Length > 0)
            _json.WriteString("end", reason);
        EndEvent(1);
    }

    private void WriteInterrupt(int processor, TraceEvent e, long since)
    {
        BeginEvent($"interrupt {e.Value}", "X", processor);
        WriteTime("ts", since);
        WriteTime("dur", e.Nanoseconds - since);
        _json.WriteString("cat", "interrupt");
        EndEvent(0);
    }

    private void WriteCall(int processor, TraceEvent e)
    {
        BeginEvent($"call {e.Value:x}", e.Kind == TraceEventKind.Call ? "b" : "e", processor);
        WriteTime("ts", e.Nanoseconds);
        _json.WriteString("cat", "call");
        _json.WriteString("id", $"{e.Thread.Number}.{e.Thread.Generation}");
        _json.WriteStartObject("args");
        _json.WriteString("thread", NameOf(e.Thread));
        EndEvent(1);
    }

    private void WriteInstant(int processor, TraceEvent e, string name, string category, string key, string value)
    {
        BeginEvent(name, "i", processor);
        WriteTime("ts", e.Nanoseconds);
        _json.WriteString("s", "t");
        _json.WriteString("cat", category);
        _json.WriteStartObject("args");
        _json.WriteString("thread", NameOf(e.Thread));
        _json.WriteString(key, value);
        EndEvent(1);
    }

    private void WriteName(string kind, int track, string name)
    {
        BeginEvent(kind, Metadata, track);
        _json.WriteStartObject("args");
        _json.WriteString("name", name);
        EndEvent(1);
    }

    private void BeginEvent(string name, string phase, int track)
    {
        if (phase != Metadata)
            Count++;
        _json.WriteStartObject();
        _json.WriteString("name", name);
        _json.WriteString("ph", phase);
        _json.WriteNumber("pid", ProcessorsId);
        _json.WriteNumber("tid", track);
    }

    /// <summary>Closes so many objects in the event, and the event.</summary>
    private void EndEvent(int open)
    {
        for (; open >= 0; open--)
            _json.WriteEndObject();
        if (_json.BytesPending > BytesBetweenFlushes)
            _json.Flush();
    }

    /// <summary>Nanoseconds as microseconds, to the last digit.</summary>
    private void WriteTime(string name, long nanoseconds) => _json.WriteNumber(name, nanoseconds / 1000m);

    private string NameOf(TraceThread thread) =>
        _names.TryGetValue(thread, out string? name) && name.Length > 0 ? name : $"thread {thread.Number}";
}
