using System.Text.Json;
using MicroLake.Bench;
using MicroLake.Bench.Report;
using Xunit;

namespace MicroLake.HostTests.Bench;

public sealed class ReportTests
{
    [Fact]
    public void A_spread_is_least_middle_and_greatest()
    {
        Assert.Equal(new Spread(1, 2, 9), Spread.Of([9, 1, 2]));
        Assert.Equal(new Spread(1, 2.5, 4), Spread.Of([4, 3, 2, 1]));
        Assert.Equal(new Spread(1, 5, 9), Spread.Merge([new(2, 5, 9), new(1, 3, 6), new(4, 6, 8)]));
    }

    [Fact]
    public void Guest_lines_are_read_among_other_output()
    {
        IReadOnlyList<MeasuredLine> measured = FigureLines.Parse("[    0.1] noise\r\nfigure runtime.lock ns 61 61.5 1e2 linux-c\r\nfigure a.b us 0.5 1 2\nMARK done");
        Assert.Equal([new("runtime.lock", "ns", new(61, 61.5, 100), "linux-c"), new("a.b", "us", new(0.5, 1, 2), "")], measured);
    }

    [Theory]
    [InlineData("figure runtime.lock ns 61 x 62 linux-c")]
    [InlineData("figure runtime.lock ns 61 62")]
    [InlineData("figure runtime.lock ns 61 NaN 62")]
    [InlineData("failed: thread_switch")]
    public void A_measurement_that_failed_is_an_error_and_not_left_out(string line) =>
        Assert.Throws<BenchException>(() => FigureLines.Parse(line));

    [Fact]
    public void The_guests_results_are_read() =>
        Assert.Equal([new("runtime.lock", "ns", new(1.5, 2, 3), "")],
            GuestResults.Parse("[{\"name\":\"runtime.lock\",\"unit\":\"ns\",\"min\":1.5,\"median\":2,\"max\":3}]\n"));

    [Theory]
    [InlineData("error: there is no benchmark")]
    [InlineData("[{\"name\":\"x\"}]")]
    [InlineData("[1]")]
    [InlineData("[{\"name\":\"x\",\"unit\":\"ns\",\"min\":null,\"median\":2,\"max\":3}]")]
    public void Malformed_results_are_an_error(string output) => Assert.Throws<BenchException>(() => GuestResults.Parse(output));

    [Fact]
    public void The_ratio_is_to_the_best_peer_by_the_least_samples()
    {
        MeasuredLine[] ours = [new("x", "ns", new(10, 20, 30), ""), new("x", "ns", new(12, 14, 16), ""), new("alone", "ns", new(1, 1, 1), "")];
        MeasuredLine[] peers = [new("x", "ns", new(40, 50, 60), "slow"), new("x", "ns", new(20, 90, 99), "fast"), new("x", "instructions", new(1, 1, 1), "other")];
        IReadOnlyList<Figure> figures = SideBySide.Join(ours, peers);
        Assert.Equal(["x", "alone"], figures.Select(f => f.Name));
        Assert.Equal(new Spread(10, 17, 30), figures[0].Spread);
        Assert.Equal("fast", figures[0].Peer!.Name);
        Assert.Equal(0.5, figures[0].Ratio);
        Assert.Null(figures[1].Ratio);
    }

    [Fact]
    public void A_round_is_settled_when_no_least_sample_falls()
    {
        static MeasuredLine Line(string name, double min, string source = "") => new(name, "ns", new(min, 50, 90), source);

        var least = new LeastSamples();
        Assert.False(least.Add([Line("x", 10), Line("x", 20, "peer")]));
        Assert.False(least.Add([Line("x", 9.9), Line("x", 25, "peer")]));
        Assert.True(least.Add([Line("x", 12), Line("x", 18, "peer")]));
        // Small steps add up: the least so far is what counts, not the round before.
        Assert.False(least.Add([Line("x", 9.75)]));
        Assert.True(least.Add([Line("x", 9.5)]));
    }

    [Fact]
    public void The_json_has_exactly_the_promised_fields()
    {
        using var stream = new MemoryStream();
        JsonReport.Write(stream, [new("a.b", "ms", new(1, 2, 3), new PeerFigure("linux", new(4, 5, 6))), new("c", "bytes", new(1, 1, 1))]);
        JsonElement[] figures = [.. JsonDocument.Parse(stream.ToArray()).RootElement.EnumerateArray()];
        Assert.Equal(["name", "unit", "min", "median", "max", "peer", "peer_min", "ratio"], figures[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(0.25, figures[0].GetProperty("ratio").GetDouble());
        Assert.Equal(JsonValueKind.Null, figures[1].GetProperty("peer").ValueKind);
        Assert.Equal(JsonValueKind.Null, figures[1].GetProperty("ratio").ValueKind);
    }
}
