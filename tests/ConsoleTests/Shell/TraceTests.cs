using System.Text.Json;
using MicroLake.ConsoleTests.Harness;
using Xunit;

namespace MicroLake.ConsoleTests.Shell;

/// <summary>The event trace, from start to a file that viewers open.</summary>
public sealed class TraceTests
{
    [Fact]
    public void A_saved_trace_is_JSON_with_the_runs_of_threads_on_each_processor()
    {
        ToolRun run = ToolRun.Of("run", "--smp", "2", "--exec", "trace start; trace mark before; top --once; trace mark after; trace stop; trace save /tmp/t.json; cat /tmp/t.json");
        Assert.Equal(0, run.Status);
        using JsonDocument document = JsonDocument.Parse(run.Output[run.Output.IndexOf("{\"", StringComparison.Ordinal)..]);
        JsonElement[] events = [.. document.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Assert.Equal(0, document.RootElement.GetProperty("otherData").GetProperty("droppedEvents").GetInt64());

        JsonElement[] runs = [.. events.Where(e => Text(e, "ph") == "X" && Text(e, "cat") == "run")];
        decimal before = Time(events.Single(e => Text(e, "name") == "before")), after = Time(events.Single(e => Text(e, "name") == "after"));
        // top sleeps for a second between the marks: main leaves its processor and comes back.
        Assert.True(after - before >= 900_000, $"{after - before} microseconds");
        JsonElement[] main = [.. runs.Where(e => Text(e, "name") == "main").OrderBy(Time)];
        Assert.True(main.Length >= 2, $"{main.Length} runs of main");
        Assert.Contains(main, e => e.GetProperty("args").TryGetProperty("end", out JsonElement end) && end.GetString() == "waiting");
        Assert.Contains(main, e => Time(e) <= before && Time(e) + e.GetProperty("dur").GetDecimal() >= before);
        Assert.Equal(["processor 0", "processor 1"], events.Where(e => Text(e, "name") == "thread_name").Select(e => Text(e.GetProperty("args"), "name")).Order());
        foreach (IGrouping<int, JsonElement> track in runs.GroupBy(e => e.GetProperty("tid").GetInt32()))
        {
            decimal end = 0;
            foreach (JsonElement slice in track.OrderBy(Time))
            {
                Assert.True(Time(slice) >= end, "two threads run on one processor at once");
                end = Time(slice) + slice.GetProperty("dur").GetDecimal();
            }
        }
    }

    private static string? Text(JsonElement e, string key) => e.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;

    private static decimal Time(JsonElement e) => e.GetProperty("ts").GetDecimal();
}
