using System.Text.Json;

namespace MicroLake.Bench.Report;

/// <summary>What the shell's <c>bench NAME --json</c> prints: an array of <c>{"name", "unit", "min", "median", "max"}</c>.</summary>
public static class GuestResults
{
    /// <exception cref="BenchException">The output holds no such array.</exception>
    public static IReadOnlyList<MeasuredLine> Parse(string output)
    {
        int start = output.IndexOf('[', StringComparison.Ordinal), end = output.LastIndexOf(']');
        if (start < 0 || end < start)
            throw new BenchException($"the guest printed no measurements: '{output.Trim()}'");
        try
        {
            using JsonDocument json = JsonDocument.Parse(output.AsMemory(start, end - start + 1));
            return [.. json.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new BenchException($"the guest printed malformed measurements: {e.Message}");
        }
    }

    private static MeasuredLine Read(JsonElement result) => new(
        result.GetProperty("name").GetString() ?? "", result.GetProperty("unit").GetString() ?? "",
        new Spread(result.GetProperty("min").GetDouble(), result.GetProperty("median").GetDouble(), result.GetProperty("max").GetDouble()), "");
}
